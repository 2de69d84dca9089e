"""Rules on groups and colours, in plain Python."""

# Distributions and progress show only from three people on (design 3.2). May be raised, never lowered.
FLOOR = 3
# A team has at most eight people: with a higher floor nobody could ever open a workshop.
CEILING = 8


def relative_luminance(color: str) -> float:
    """Relative luminance (0–1) of a colour like `#1f3f8f`; WCAG 2.2, definition of the term."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio (1–21) of two colours; WCAG 2.2, success criterion 1.4.3."""
    light, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
