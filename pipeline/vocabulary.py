"""Which common words a text holds, as concepts that are the same in Korean and English: by `vocabulary.txt`."""

import re
from collections import defaultdict
from functools import cache
from importlib.resources import files

_BETWEEN = re.compile(r"[^a-z0-9']+")
_KOREAN_WORD = re.compile("[가-힣]+")
_ENDINGS = frozenset(("", "s", "es", "d", "ed", "ing", "er", "ers", "ly"))
_SHORT = 4  # letters up to which an English word counts whole
_LONGEST = 16  # letters of the longest English form


def concepts(text: str) -> frozenset[str]:
    """Return the names of the concepts that `text`, Korean or English, may speak of."""
    korean, english = _forms()
    found: set[str] = set()
    for word in _KOREAN_WORD.findall(text):
        for start in range(len(word)):
            for length in range(1 if start == 0 else 2, 6):
                found |= korean.get(word[start : start + length], _NONE)
    folded = _BETWEEN.sub(" ", text.casefold()) + " "
    for start in (match.start() for match in re.finditer(r"(?<![^ ])[a-z]", folded)):
        word = folded[start : folded.index(" ", start)]
        for length in range(2, _LONGEST + 1):
            form = folded[start : start + length]
            if length > _SHORT or word[length:] in _ENDINGS or " " in form:
                found |= english.get(form, _NONE)
    return frozenset(found)


_NONE: frozenset[str] = frozenset()


@cache
def _forms() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    korean: dict[str, set[str]] = defaultdict(set)
    english: dict[str, set[str]] = defaultdict(set)
    lines = files("pipeline").joinpath("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    for item in (item for line in lines if not line.startswith("#") for item in line.split()):
        ours, _, theirs = item.partition("/")
        for form in ours.split(","):
            korean[form.replace("_", " ")].add(item)
        for form in theirs.split(","):
            english[_BETWEEN.sub(" ", form.replace("_", " "))].add(item)
    return (
        {form: frozenset(items) for form, items in korean.items()},
        {form: frozenset(items) for form, items in english.items()},
    )
