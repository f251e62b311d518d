"""Writing that a reader of the target's language could not read."""

import re
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import HANGUL, INK, LATIN_WORD, prose, stays

_FOREIGN = {
    "Japanese kana": r"\u3041-\u3096\u30a1-\u30fa\u30fc",
    "Cyrillic": r"\u0400-\u052f",
    "Chinese characters": r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Arabic": r"\u0600-\u06ff",
    "Hebrew": r"\u0590-\u05ff",
    "Thai": r"\u0e00-\u0e7f",
    "Devanagari": r"\u0900-\u097f",
    "Hangul": r"\uac00-\ud7a3\u3131-\u3163",
}
_RUNS = {name: re.compile(f"[{ranges}](?:[{ranges}\\s·,]{{0,200}}[{ranges}])?") for name, ranges in _FOREIGN.items()}
_BRACKETED = re.compile(r"\([^()]{0,120}\)|\[[^\[\]]{0,120}\]|（[^（）]{0,120}）")
_NEWSPAPER_HANJA = frozenset("美韓北南中日英獨佛露對前故新反親女男軍與野檢警靑靖")
_LATIN_RUN = re.compile(rf"(?<![A-Za-zÀ-ɏ'’.-]){LATIN_WORD.pattern}(?:[ ,;:]{{1,2}}{LATIN_WORD.pattern}){{3,}}")
_QUOTED = re.compile(r"[‘“\"'《〈「『][^’”\"'》〉」』\n]{0,200}[’”\"'》〉」』]")


@check("wrong_script", "error")
def wrong_script(pair: Pair) -> Iterator[Finding]:
    """The translation is written in the script of its language.

    English holds no Hangul but for an original in brackets, as in Lim Cheong-Geun (임청근); Korean is not without
    Hangul and holds no English sentence; neither holds kana, Cyrillic or other scripts that the source does not have.
    """
    text = _without_originals(prose(pair.target))
    foreign = [name for name in _FOREIGN if name != "Hangul" or pair.target_locale == "en"]
    for name in foreign:
        for match in _RUNS[name].finditer(text):
            if not _is_welcome(name, match[0], pair) and not _in_a_term(match[0], pair):
                message = f"The translation holds {name}: “{_short(match[0])}”."
                yield Finding(message, target_span=match.span())
    if pair.target_locale == "ko":
        yield from _too_latin(text, pair)


def _in_a_term(run: str, pair: Pair) -> bool:
    return any(run in (term.en if pair.target_locale == "en" else term.ko) for term in pair.glossary)


def _is_welcome(name: str, run: str, pair: Pair) -> bool:
    if name == "Hangul":
        return False
    if (
        name == "Chinese characters"
        and pair.target_locale == "ko"
        and set(re.split(r"[\s·,]+", run)) <= _NEWSPAPER_HANJA
    ):
        return True
    return run in pair.source


def _too_latin(text: str, pair: Pair) -> Iterator[Finding]:
    """Korean that is no Korean: without any Hangul, or with a run of English words."""
    if not HANGUL.search(text) and not HANGUL.search(pair.target):
        if LATIN_WORD.search(text) and not stays(text, "en"):
            yield Finding("The translation has no Korean in it.", target_span=(0, len(pair.target)))
        return
    for match in _LATIN_RUN.finditer(_QUOTED.sub(_blank, text)):
        words = LATIN_WORD.findall(match[0])
        if sum(word.islower() for word in words) >= 3 and not stays(match[0], "en"):
            message = f"English is left in the translation: “{_short(match[0])}”."
            yield Finding(message, target_span=match.span())


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_originals(text: str) -> str:
    """Blank what stands in brackets, but not brackets that are all there is."""
    words = INK.search(text)
    return _BRACKETED.sub(lambda match: _blank(match) if words and match.start() > words.start() else match[0], text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
