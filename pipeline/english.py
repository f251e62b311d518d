"""English words as search compares them: lower case, without accents and possessives, as Snowball's stems."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

# Letters with digits and with what joins them into one word: don't, U.S., Korea-US, rock'n'roll, COVID-19.
WORD = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:['’.&‐‑-][A-Za-zÀ-ɏ0-9]+)*")
_JOINTS = re.compile("['’.&‐‑-]")
_POSSESSIVE = re.compile(r"['’]s$|['’]$")
_INITIALS = re.compile(r"[A-Za-z](?:\.[A-Za-z])+")
# What nearly every text has: articles, prepositions, auxiliaries. Not `us`, for U.S. is written so too.
STOP_WORDS = frozenset(
    re.findall(
        "[a-z]+",
        "a an and are as at be been but by can could did do does for from had has have he her his if in into is it "
        "its may of on or our shall she should so such than that the their them then there these they this those to "
        "was we were what when where which while who will with would you your",
    )
)


def words(written: str) -> list[str]:
    """Return the stems that a word stands for: a joined one as a whole first, and then by its parts.

    `written` is one match of `WORD`; a word that is on its own but nearly everywhere stands for none.
    """
    bare = _POSSESSIVE.sub("", folded(written))
    parts = [part for part in _JOINTS.split(bare) if part]
    whole = "".join(parts)
    if len(parts) == 1 or _INITIALS.fullmatch(bare):
        return [] if whole in STOP_WORDS and len(parts) == 1 else [stem(whole)]
    kept = [stem(part) for part in parts if len(part) > 1 and part not in STOP_WORDS]
    return list(dict.fromkeys([stem(whole), *kept]))


def joined(one: str, other: str) -> str | None:
    """Return what two words are that may be written as one: food bank is foodbank. Not where one is everywhere."""
    pieces = ["".join(_JOINTS.split(_POSSESSIVE.sub("", folded(each)))) for each in (one, other)]
    return None if STOP_WORDS & set(pieces) else stem("".join(pieces))


def folded(text: str) -> str:
    """Return text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", "".join(char for char in apart if not unicodedata.combining(char)))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case (Porter, "Snowball", English); what has a digit is left as it is."""
    return str(_stemmer().stemWord(word)) if word.isalpha() else word


_own = threading.local()


def _stemmer() -> Any:
    """Return this thread's stemmer: one must not be shared."""
    if not hasattr(_own, "stemmer"):
        from Stemmer import Stemmer

        # It remembers nothing: what is remembered here is remembered for all threads.
        _own.stemmer = Stemmer("english", 0)
    return _own.stemmer
