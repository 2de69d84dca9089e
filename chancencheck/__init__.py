"""ChancenCheck: municipalities look at themselves, fairly and together."""

__version__ = "0.1.0"
