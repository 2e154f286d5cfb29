"""kam: the working memory of an account manager who works alone in a terminal."""

__version__ = "0.1.0"
