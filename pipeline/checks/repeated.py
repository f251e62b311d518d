"""Words written twice."""

import re
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import prose

_ENGLISH = re.compile(r"(?<![\w'’-])([A-Za-z]{1,30})(\s{1,3}\1)(?![\w'’-])", re.IGNORECASE)
_KOREAN = re.compile(r"(?<![\w·-])([가-힣]{2,20})(\s{1,3}\1)(?![\w·-])")
_MAY_BE_TWICE = """
    had that so very long many much more no yes ha bye blah do is in on her you who it
"""
_DOUBLED_ON_PURPOSE = """
    하나 조금 오래 가지 서로 따로 방울 송이 구석 마디 굽이 차곡 겹겹 층층 두고 거듭 자꾸 점점 매우 아주 정말 천천히 멀리
"""
_LEFT_ALONE = frozenset((_MAY_BE_TWICE + _DOUBLED_ON_PURPOSE).split())


@check("repeated_word", "warning")
def repeated_word(pair: Pair) -> Iterator[Finding]:
    """No word stands twice running.

    The fix keeps one. Words that may well be doubled (had had, 하나 하나) are left alone, and so is every repetition
    where the source repeats a word too.
    """
    if _ENGLISH.search(prose(pair.source)) or _KOREAN.search(prose(pair.source)):
        return
    text = prose(pair.target)
    pattern = _KOREAN if pair.target_locale == "ko" else _ENGLISH
    for match in pattern.finditer(text):
        word, again = match[1], match.span(2)
        if word.lower() in _LEFT_ALONE or (
            word[0].isupper() and pattern is _ENGLISH and not match[2].strip().islower()
        ):
            continue
        if pair.target[slice(*again)] != match[2]:  # something that is no word stands between
            continue
        fix = pair.target[: again[0]] + pair.target[again[1] :]
        yield Finding(f"“{word}” stands twice.", target_span=again, fix=fix)
