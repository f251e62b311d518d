"""Unicode as the project stores and compares it: NFC, and only where that can be had in linear time."""

import unicodedata

# UAX #15 calls text with longer runs of combining marks not stream-safe: no language needs them, and normalising a
# run takes time that grows with its square.
LONGEST_RUN = 30


def nfc(text: str) -> str:
    """Return `text` composed (NFC); raise `ValueError` for more than 30 combining marks in a row."""
    if text.isascii():
        return text
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > LONGEST_RUN:
            raise ValueError(f"more than {LONGEST_RUN} combining marks in a row")
    return unicodedata.normalize("NFC", text)
