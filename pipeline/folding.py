"""What of a text the memory compares: marks that only look different as one; and its shape, without its numbers."""

import hashlib
import re
import unicodedata

from pipeline import placeholders

# Marks that typists and typesetters write differently for one and the same, and what is not seen at all.
_ALIKE = str.maketrans(
    dict.fromkeys("“”„‟‘’‚‛「」『』｢｣＂＇'", '"')
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | dict.fromkeys("ㆍ・‧•", "·")
    | {"…": "..."}
    | dict.fromkeys("\u200b\u2060\ufeff\u00ad", None)
)
# A number as it is written: digits, with single points, commas or colons between them.
NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")


def fold(text: str) -> str:
    """Return `text` in NFC, white space as single spaces, variants of quotes, dashes and ellipses as one."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.translate(_ALIKE).split())


def key(text: str) -> str:
    """Return the hash under which a segment is remembered, the same for all that fold alike: 32 hexadecimal digits."""
    return hashlib.blake2b(fold(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def shape(folded: str) -> str:
    """Return what stays of a folded text whatever its numbers are and its placeholders stand for."""
    return NUMBER.sub("0", placeholders.TAG.sub("", folded) if "<" in folded else folded)
