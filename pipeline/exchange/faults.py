"""What is said of a file that cannot be read."""


class FileFault(ValueError):
    """A file that cannot be read as what it should be; the message names the line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
