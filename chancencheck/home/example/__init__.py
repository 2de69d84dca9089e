"""The example city: Ludwigshafen am Rhein, with invented ratings, built like in real use."""
