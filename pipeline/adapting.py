"""Makes a remembered translation fit a source that differs from the remembered one in numbers or placeholders.

What cannot be made to fit surely is left as it is, and said: a target is never guessed at.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pipeline import placeholders
from pipeline.folding import NUMBER, fold, shape
from pipeline.korean import agree
from pipeline.placeholders import TAG, PlaceholderError, tags
from schemas.language import Locale

Kind = Literal["numbers", "placeholders"]

_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_LETTER = re.compile(r"[A-Za-z]")
_PARTICLE = re.compile("(?:은|는|이|가|을|를|과|와|으로|로)(?![가-힣])")


@dataclass(frozen=True)
class Adapted:
    """A target, what of it was `changed`, and what still does not fit (`misfits`)."""

    target: str
    changed: tuple[Kind, ...] = ()
    misfits: tuple[Kind, ...] = ()


def adapted(remembered: str, target: str, source: str, into: Locale) -> Adapted:
    """Return the `target` that translates `remembered`, made to fit `source`; all in placeholder form.

    Numbers are put in where each old one stands as often in the target as in its source, and so can be told apart.
    Placeholders are numbered anew where both sources have the same in the same order; pairs the source lacks are left
    out; what stands at an edge of the source goes to the same edge.
    """
    done = Adapted(target)
    for kind, step in STEPS.items():
        fitting = step(remembered, done.target, source, into)
        if fitting is None:
            done = replace(done, misfits=(*done.misfits, kind))
        elif fitting != done.target:
            done = replace(done, target=fitting, changed=(*done.changed, kind))
    return done


def fits(source: str, target: str) -> bool:
    """Tell whether `target` holds the placeholders of `source`."""
    try:
        placeholders.verify(source, target)
    except PlaceholderError:
        return False
    return True


def _with_placeholders(remembered: str, target: str, source: str, _into: Locale) -> str | None:
    had, has = ([(tag.kind, tag.number) for tag in tags(text)] for text in (remembered, source))
    if had == has:
        return target if fits(source, target) else None
    if [kind for kind, _ in had] == [kind for kind, _ in has]:
        renumbered = {old: new for (_, old), (_, new) in zip(had, has, strict=True)}
        written = TAG.sub(lambda tag: _renumbered(tag, renumbered), target)
    elif any(kind == "single" for kind, _ in had):
        return None  # what it stands for would be lost
    else:
        start, end = _edges(source)
        written = start + TAG.sub("", target) + end
    return written if fits(source, written) else None


def _renumbered(tag: re.Match[str], numbers: Mapping[int, int]) -> str:
    old = int(tag[tag.lastgroup or 0])
    return tag[0].replace(str(old), str(numbers.get(old, old)))


def _edges(source: str) -> tuple[str, str]:
    """Return the placeholders before the first and after the last letter of a source."""
    found = [(match.start(), match.end()) for match in TAG.finditer(source)]
    start, end = 0, len(source)
    for tag in found:
        if source[start : tag[0]].strip():
            break
        start = tag[1]
    for tag in reversed(found):
        if tag[0] < start or source[tag[1] : end].strip():
            break
        end = tag[0]
    return source[:start], source[end:]


def _with_numbers(remembered: str, target: str, source: str, into: Locale) -> str | None:
    old, new = (NUMBER.findall(fold(TAG.sub(" ", text))) for text in (remembered, source))
    if old == new:
        return target
    if Counter(old) == Counter(new) and shape(fold(remembered)) != shape(fold(source)):
        return target  # the same numbers in a sentence of another order
    if len(old) != len(new):
        return None
    pairs = dict(zip(old, new, strict=True))
    if any(pairs[was] != now for was, now in zip(old, new, strict=True)):
        return None  # one number became two
    put = {was: now for was, now in pairs.items() if was != now}
    standing = Counter(match[0] for match in _numbers(target))
    if any(standing[was] != old.count(was) for was in put):
        return None
    return _written(target, put, into)


def _numbers(target: str) -> list[re.Match[str]]:
    inside = {place for tag in TAG.finditer(target) for place in range(*tag.span())}
    return [match for match in NUMBER.finditer(target) if match.start() not in inside]


def _written(target: str, put: Mapping[str, str], into: Locale) -> str | None:
    """Write numbers in, with the ordinal's ending or the particle that goes with each; `None` where grammar forbids."""
    written, end = "", 0
    for match in _numbers(target):
        was, now = match[0], put.get(match[0], match[0])
        written += target[end : match.start()] + now
        end = match.end()
        if now == was:
            continue
        if into == "en" and (ordinal := _ORDINAL.match(target, end)):
            written, end = written + _ordinal(now), ordinal.end()
        elif into == "en" and ("1" in (was, now) or _LETTER.match(target, end)):
            return None  # one person, two people; and what is glued to letters is a name
        elif into == "ko" and (particle := _PARTICLE.match(target, end)):
            written, end = written + agree(now, particle[0]), particle.end()
    return written + target[end:]


def _ordinal(number: str) -> str:
    if number[-2:] in ("11", "12", "13"):
        return "th"
    return {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")


STEPS: Mapping[Kind, Callable[[str, str, str, Locale], str | None]] = {
    "placeholders": _with_placeholders,
    "numbers": _with_numbers,
}
