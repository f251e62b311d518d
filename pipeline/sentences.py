"""Where sentences end, in Korean and English: rules with abbreviation lists. Offsets are kept, nothing is changed.

A sentence keeps the white space after it, so the sentences of a text joined are the text.
"""

import re
from itertools import pairwise

from pipeline.lines import ends_with_line
from schemas.language import Locale


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLOSERS = r"[\"'”’»)\]}」』〉》】）*_]*+"
_STOP = re.compile(
    r"(?<![.!?。！？…])(?P<stop>[.!?。！？…]++)"
    rf"(?P<close>{_CLOSERS}(?:</?[1-9][0-9]{{0,3}}/?>)*+{_CLOSERS})(?P<gap>\s++)"
)
_LINE = re.compile(r"\n\s*+")
BREAK = "\u2028"  # a break within a line's content: two of them end a sentence
_PARAGRAPH = re.compile(rf"\n[ \t\r]*\n\s*|{BREAK}\s*{BREAK}\s*")
_WINDOW = 300  # characters in which a quotation is closed: what is longer is divided within
_PAIRED = [tuple(pair) for pair in ('""', "“”", "「」", "『』", "〈〉", "《》", "()", "（）")]
_OPENERS = "\"'“‘«([{「『〈《【（*_"
_TAGS = re.compile(r"(?:</?[1-9][0-9]*/?>)+")
_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]{}「」『』〈〉《》<>]*\Z")
_NUMBERING = re.compile(r"\s*[\"'“‘(\[]*(?:[0-9]{1,3}|[A-Za-z가-힣ㄱ-ㅎ]|[IVXivx]{2,4})\Z")
_DATE = re.compile(r"(?:[0-9]{2,4}\s*[.]\s*)?[0-9]{1,2}\s*[.]\s*[0-9]{1,2}\Z")
_QUOTED_ON = re.compile(
    r"(?:이?라고|고|이?라며|며|이?라는|이?라면서|이?란|하고|하며|하는|하자|같은|처럼|따위|등의?|등을)(?:\s|[,.]|$)"
    r"|(?:[^.!?。！？…\"“”]*\s)?(?:(?:말|답|대답|강조|설명|소리)(?:하|했|한|해|쳤)|외치|외쳤|외친|묻|물었|되물었|밝혔|속삭|덧붙)"
)
_QUOTES = frozenset("\"'”’»」』")
_KOREAN_END = re.compile(r"[가-힣](?:[다요죠까네음함됨임군]|[은는인던을할될]가|구나)\Z")

_NEVER_LAST = _words(
    "mr mrs ms messrs dr prof gen lt col maj capt cpt sgt sfc ssg msg cpl pvt pfc adm cmdr cdr ltc brig sen "
    "rep reps gov pres vp amb min sec rev fr hon st mt ft vs cf e.g i.e viz approx est dept univ assn bros "
    "fig figs vol vols pp eds trans gov.t"
)
_BEFORE_NUMBER = _words(
    "no nos art arts sec ch p pp vol para jan feb mar apr jun jul aug sep sept oct nov dec ca c v ver"
)
_PERHAPS_LAST = _words(
    "u.s u.n u.k e.u d.c r.o.k d.p.r.k n.y l.a inc ltd co corp jr sr a.m p.m etc al ph.d m.d b.a m.a bros"
)
_STARTERS = _words(
    "the a an in on at it its he she they we i you but and however this that these those after before when "
    "while as for if there his her their our my your not no meanwhile since until by from with to both all "
    "some many most during under today then thus also so what who why how where according despite although "
    "because yet still once each"
)


def spans(text: str, locale: Locale) -> list[tuple[int, int]]:
    """Return the half-open ranges of the sentences of `text`, which together are all of it."""
    return list(pairwise([0, *boundaries(text, locale), len(text)])) if text else []


def boundaries(text: str, locale: Locale) -> list[int]:
    """Return, in order, the offsets at which the second and every later sentence of `text` begins.

    Never inside a placeholder, a number, a date or an abbreviation. `text` may be in placeholder form.
    """
    found: list[int] = []
    start = 0
    paragraphs = {match.end() for match in _PARAGRAPH.finditer(text)}
    lines = {match.end(): match.start() for match in _LINE.finditer(text)}
    stops = {match.end(): match for match in _STOP.finditer(text)}
    for end in sorted(paragraphs | lines.keys() | stops.keys()):
        if end >= len(text) or not text[start:end].strip():
            continue
        stop = stops.get(end)
        if (
            end in paragraphs
            or (stop and _ends_sentence(text, start, stop, locale))
            or (end in lines and _ends_line(text, start, lines[end], end, locale))
        ):
            found.append(end)
            start = end
    return found


def _ends_line(text: str, start: int, line_end: int, end: int, locale: Locale) -> bool:
    begin = max(start, text.rfind("\n", max(start, line_end - _WINDOW), line_end) + 1, line_end - _WINDOW)
    if _within_quotation(text, start, line_end):
        return False
    return ends_with_line(_TAGS.sub("", text[begin:line_end]), _TAGS.sub("", text[end : end + 60]), locale)


def _within_quotation(text: str, start: int, end: int) -> bool:
    """Tell whether a quotation or title that was opened in the sentence is still to be closed, soon."""
    if end - start > _WINDOW:
        return False
    said = text[start:end]
    for opening, closing in _PAIRED:
        unclosed = said.rfind(opening) > said.rfind(closing) if opening != closing else said.count(opening) % 2
        if unclosed and text.find(closing, end, end + _WINDOW) >= end:
            return True
    return False


def _ends_sentence(text: str, start: int, match: re.Match[str], locale: Locale) -> bool:
    following = _TAGS.sub("", text[match.end() : match.end() + 60])
    before = _TAGS.sub("", text[max(start, match.start() - 60) : match.start()])
    last = before[-1:]
    if _within_quotation(text, start, match.end("close")):
        return False
    quoted = not _QUOTES.isdisjoint(match["close"])
    if _is_hangul(last):
        return _ends_korean(before, match, following, quoted=quoted, at_start=match.start() - start <= 60)
    if match["stop"] == "." and not _ends_after_stop(before, following, locale, at_start=match.start() - start <= 60):
        return False
    first = following.lstrip(_OPENERS)[:1]
    if _is_hangul(first) and quoted and _QUOTED_ON.match(following):
        return False
    if set(match["stop"]) <= {"…", "."} and len(match["stop"]) + match["stop"].count("…") > 1:
        return first.isupper() or (quoted and not first.islower())
    return not first.islower() or following.lstrip(_OPENERS)[1:2].isupper()  # a name such as eBay


def _ends_korean(before: str, match: re.Match[str], following: str, *, quoted: bool, at_start: bool) -> bool:
    """Decide on a stop after Hangul."""
    if match["stop"] == "." and at_start and _NUMBERING.fullmatch(before):
        return False
    if quoted and _QUOTED_ON.match(following):
        return False
    if match["stop"].startswith(("…", "..")):
        return _KOREAN_END.search(before) is not None and not quoted
    return True


def _ends_after_stop(before: str, following: str, locale: Locale, *, at_start: bool) -> bool:
    """Decide on a single full stop after anything but Hangul."""
    if at_start and _NUMBERING.fullmatch(before):
        return False
    found = _BEFORE.search(before)
    word = found[0].strip(".,").lower() if found else ""
    word = word if word.strip("0123456789.~–/-") else re.split(r"[~–/-]", word)[-1]
    next_word = re.match(r"[A-Za-z]+", following.lstrip(_OPENERS))
    starter = next_word is not None and next_word[0][0].isupper() and next_word[0].lower() in _STARTERS
    if word in _NEVER_LAST:
        return False
    if word in _BEFORE_NUMBER:
        return not following[:1].isdigit()
    if word in _PERHAPS_LAST or (len(word) == 1 and word.isalpha()) or re.fullmatch(r"(?:[a-z]\.)+[a-z]", word):
        return starter
    if word.isdigit():
        return _ends_after_digits(before, following, locale)
    return True


def _ends_after_digits(before: str, following: str, locale: Locale) -> bool:
    if following[:1].isdigit() and len(before) and _DATE.search(before.rstrip() + "") and not before.endswith(" "):
        return False
    if locale == "ko" or _is_hangul(following.lstrip(_OPENERS)[:1]):
        return False
    return not following[:1].isdigit() or len(re.search(r"[0-9]+\Z", before)[0]) > 4  # type: ignore[index]


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣" or "ㄱ" <= character <= "ㆎ"
