"""What must not change in running text, and the wire form in which engines get a segment.

`mask` and `unmask` mirror each other: `unmask(mask(source, m), source, m) == source`.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from pipeline import placeholders
from pipeline.placeholders import PlaceholderError

Markup = Literal["html", "plain"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IN_URL = r"[^\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000<>\"'`“”‘’「」『』〈〉《》]{1,2000}"
_URL = rf"(?:https?|ftp)://{_IN_URL}|(?<![A-Za-z0-9@.])www\.[A-Za-z0-9-]{{1,63}}\.{_IN_URL}"
_PROTECTED = re.compile(
    rf"""
    (?P<url>{_URL})
  | (?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+            # e-mail
  | \{{\{{[^{{}}\n]{{1,80}}\}}\}}                                  # {{{{var}}}}
  | \$\{{[^{{}}\s]{{1,80}}\}}                                      # ${{VAR}}
  | \{{(?:[A-Za-z_][\w.\-\[\]]*|[0-9]+)?(?:![rsa])?(?::[^{{}}\s]{{1,20}})?\}}    # {{user_name}}, {{0}}, {{}}
  | %\([A-Za-z_]\w*\)[-+0\#]?\d*(?:\.\d+)?[sdifgxXeEc]             # %(name)d
  | (?<![0-9A-Za-z%])%(?:\d+\$)?[-+0\#]?\d*(?:\.\d+)?(?:hh|ll|[hlz])?[sdifgxXeEcu@](?![A-Za-z0-9])
  | \$[A-Z_][A-Z0-9_]+(?![A-Za-z0-9_])                             # $VAR
    """,
    re.VERBOSE | re.ASCII,
)
_TRAILING = ".,;:!?*_~)]}"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_HANGUL = re.compile("[가-힣ㄱ-ㆎ]+")
_PARTICLES = _words(
    "은 는 이 가 을 를 에 에서 에게 에는 에도 에서는 에서도 의 로 으로 로는 와 과 도 만 부터 까지 "
    "라고 라는 라며 이며 이다 이고 입니다 참고 참조 보다 처럼 및 등 나 이나 또는"
)


def spans(text: str, keep: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Return the half-open ranges of `text` that must not change, in order, none overlapping.

    Those are bare addresses, e-mail addresses, format placeholders, and the names in `keep`.
    """
    found = [_trimmed(text, match) for match in _PROTECTED.finditer(text)]
    names = [re.escape(name) for name in sorted(set(keep), key=len, reverse=True) if name.strip()]
    if names:
        whole = rf"(?<![A-Za-z0-9])(?:{'|'.join(names)})(?![A-Za-z0-9])"
        found += [match.span() for match in re.finditer(whole, text)]
    return list(without_overlaps(found))


def without_overlaps(found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield ranges in order; of two that overlap, the one that starts first, then the longer."""
    end = 0
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if span[0] >= end and span[1] > span[0]:
            yield span
            end = span[1]


def _trimmed(text: str, match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span()
    if match["url"] is None:
        return start, end
    for hangul in _HANGUL.finditer(text, start, end):
        before = text[hangul.start() - 1]
        if before not in "/=_-%" and not _HANGUL.match(before):
            end = hangul.start()
            break
        if hangul.end() == end and hangul[0] in _PARTICLES:
            end = hangul.start()
            break
    while end > start and (last := text[end - 1]) in _TRAILING:
        url = text[start:end]
        if last in _PAIRS and url.count(_PAIRS[last]) >= url.count(last):
            break
        end -= 1
    return start, end


def translatable(source: str) -> bool:
    """Return whether an engine has anything to do: some letter outside the placeholders.

    Punctuation, digits, emoji and placeholders alone are copied, never sent.
    """
    return any(character.isalpha() for character in placeholders.plain(source))


def mask(source: str, markup: Markup) -> str:
    """Return a segment's `source` as an engine gets it.

    As "html" text is escaped and placeholders stand as `<x1>…</x1>`, single ones as `<x2></x2>`; as "plain" nothing
    changes.
    """
    if markup == "plain":
        return source
    return _map(source, lambda text: html.escape(text, quote=False), _html_tag)


def unmask(answer: str, source: str, markup: Markup) -> str:
    """Return an engine's `answer` to `mask(source, markup)` as a target in placeholder form.

    Takes tags that the engine mangled (`< 1 >`, `<X1>`, `＜1＞`, `< / 1>`, escaped twice) for what they were, and gives
    the target the edge white space of `source`. Raises `PlaceholderError` when the placeholders are not the source's.
    """
    if not source.strip():
        return source
    target = _read(answer, markup)
    if not _verifies(source, target):
        target = _lenient(answer, source, markup)
    if html.unescape(source) == source:
        target = _unescaped_further(target)
    placeholders.verify(source, target)
    target = _tightened(target.strip(), source)
    start = len(source) - len(source.lstrip())
    return source[:start] + target + source[len(source.rstrip()) :]


_WIRE = re.compile(r"<x(?P<single>[1-9][0-9]{0,3})></x(?P=single)>|<(?P<slash>/?)x(?P<number>[1-9][0-9]{0,3})>")
_OPENING = r"(?:<|＜|〈|《|‹|&(?:amp;)*(?:lt|\#60|\#x3c);)"
_CLOSING = r"(?:>|＞|〉|》|›|&(?:amp;)*(?:gt|\#62|\#x3e);)"
_MANGLED = re.compile(
    rf"{_OPENING}\s*(?P<slash>[/／]?)\s*[xх]?\s*(?P<number>\d{{1,4}})\s*(?P<single>[/／]?)\s*{_CLOSING}", re.IGNORECASE
)


def _map(text: str, change_text: Callable[[str], str], change_tag: Callable[[placeholders.Tag], str]) -> str:
    written: list[str] = []
    end = 0
    for tag in placeholders.tags(text):
        written += [change_text(text[end : tag.start]), change_tag(tag)]
        end = tag.end
    return "".join([*written, change_text(text[end:])])


def _html_tag(tag: placeholders.Tag) -> str:
    return {"open": "<x{0}>", "close": "</x{0}>", "single": "<x{0}></x{0}>"}[tag.kind].format(tag.number)


def _read(answer: str, markup: Markup) -> str:
    """Read an answer whose tags came back as they were sent."""
    if markup == "plain":
        return answer
    written: list[str] = []
    end = 0
    for match in _WIRE.finditer(answer):
        written.append(html.unescape(answer[end : match.start()]))
        written.append(f"<{match['single']}/>" if match["single"] else f"<{match['slash']}{match['number']}>")
        end = match.end()
    return "".join([*written, html.unescape(answer[end:])])


def _lenient(answer: str, source: str, markup: Markup) -> str:
    """Read an answer whose tags were mangled; only numbers that the source has count as tags."""
    kinds = {tag.number: tag.kind for tag in placeholders.tags(source) if tag.kind != "close"}
    read = html.unescape if markup == "html" else str
    written: list[str] = []
    end = 0
    for match in _MANGLED.finditer(answer):
        number = int(match["number"])
        if number not in kinds:
            continue
        written += [read(answer[end : match.start()]), _mended(kinds[number], number, match)]
        end = match.end()
    return "".join([*written, read(answer[end:])])


def _mended(kind: str, number: int, match: re.Match[str]) -> str:
    if kind == "single":
        return "" if match["slash"] else f"<{number}/>"
    if match["slash"]:
        return f"</{number}>"
    return f"<{number}></{number}>" if match["single"] else f"<{number}>"


def _verifies(source: str, target: str) -> bool:
    try:
        placeholders.verify(source, target)
    except PlaceholderError:
        return False
    return True


def _unescaped_further(target: str) -> str:
    """Undo entities an engine escaped once too often; only for a source that holds nothing like an entity."""
    for _ in range(3):
        target = html.unescape(target)
    return target


def _tightened(target: str, source: str) -> str:
    """Move blanks that an engine added just inside a pair to its outside."""
    for tag in placeholders.tags(source):
        written = source[tag.start : tag.end]
        if tag.kind == "open" and not source[tag.end : tag.end + 1].isspace():
            target = re.sub(rf"(\s*){written}\s+", lambda m, w=written: f"{m[1] or ' '}{w}", target)  # type: ignore[misc]
        elif tag.kind == "close" and not source[tag.start - 1 : tag.start].isspace():
            target = re.sub(rf"\s+{written}(\s*)", lambda m, w=written: f"{w}{m[1] or ' '}", target)  # type: ignore[misc]
    return target.strip()
