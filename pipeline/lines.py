"""Whether a sentence ends with its line where no stop says so: headings, items, notes; or goes on in the next line."""

import re
import unicodedata

from schemas.language import Locale

_BULLET = re.compile(r"[-*+•·‣◦○●▪■□▶※☞–]\s|[①-⑳㉮-㉻]|제\s?[0-9]+[장절조항관]|[QA][.:]\s|Step [0-9]")
_NUMBERED = re.compile(
    r"\(?[0-9]{1,2}[.)]\s(?!\s*[0-9]{1,2}\.)|[0-9]{1,2}(?:\.[0-9]{1,2})+\.?\s|\((?:[0-9]{1,2}|[a-z]|[가-힣])\)\s"
    r"|[가나다라마바사아자차카타파하][.)]\s"
)
_LETTERED = re.compile(r"[A-Za-z][.)]\s")  # perhaps an initial: `J. Smith`
_LABELLED = re.compile(r"[^\s:]{1,20}(?: [^\s:]{1,20}){0,2}:\s")
_OPEN = "([（["

_GOES_ON_KO = re.compile(
    r"""
    [,:;~/&+(\[—–-]
  | [가-힣](?:[이가은는을를와과의에로서게께고며만면도나든니인한할된될던운온려러듯]|보다|마다|부터|까지)
  | (?:^|\s)(?:그|이|저|및|또는|등|각|두|세|네|약|총|매|더|덜|못|안|잘|꼭|곧|다시|함께|모두|가장|매우)
    """,
    re.VERBOSE,
)
# Nouns that end as if a particle followed them.
_NOUN_KO = re.compile(
    r"(?:회의|결의|문의|강의|주의|동의|공고|보고|광고|신고|결과|성과|평가|국가|추가|참가|제도|지도|서류|순서|문서"
    r"|신청서|지원서|보고서|성명서|아이|어린이|나이|차이)"
)
_ENDED_KO = re.compile(r"[가-힣](?:[다요죠까]|[함됨음임])")
_GOES_ON_EN = re.compile(
    r"""
    [,;~/&+(\[—–-]
  | \b(?:a|an|the|of|in|on|at|to|for|from|by|with|and|or|but|nor|as|than|that|which|who|whose|when|where|while|if
      |because|into|over|under|between|after|before|during|through|is|are|was|were|be|been|has|have|had|will|would|can|could|may
      |might|must|shall|should|not|no|his|her|its|their|our|my|your|this|these|those|president|general|captain|colonel
      |(?:mr|mrs|ms|dr|prof|gen|col|lt|capt|sgt|rev|no|vs|st|u\.s|u\.n|u\.k|d\.c|e\.g|i\.e|jan|feb|mar|apr|jun|jul|aug
      |sept?|oct|nov|dec|[a-z])\.)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONG = 60  # columns: a line that long may have been broken for its length alone
_LAST = 24  # characters: as much of a line's end as tells


def ends_with_line(line: str, following: str, locale: Locale) -> bool:
    """Tell whether a sentence ends where `line` does, which has no stop at its end, or one that need not be a stop.

    `following` begins with the next line. A marker there begins something new. A Korean line goes on after a particle
    or a connective, and ends after a final ending or, where it is short, a bare noun; an English one that is short ends
    where the next begins like a sentence.
    """
    line, following = line.rstrip(), following.lstrip()
    if not any(map(str.isalnum, line)) or not following:
        return False
    if _BULLET.match(following) or _NUMBERED.match(following):
        return True
    if _LETTERED.match(following) and _LETTERED.match(line.lstrip()):
        return True
    if following[0] in _OPEN:
        return False
    long = _columns(line) > _LONG
    if locale == "ko":
        return _ends_korean(line[-_LAST:], following, long=long)
    return _ends_english(line[-_LAST:], following, long=long)


def _ends_korean(last: str, following: str, *, long: bool) -> bool:
    if _final(_GOES_ON_KO, last) and not _final(_NOUN_KO, last):
        return False
    return _final(_ENDED_KO, last) or (not long and not following[0].islower())


def _ends_english(last: str, following: str, *, long: bool) -> bool:
    if long or _final(_GOES_ON_EN, last):
        return False
    return following.lstrip("\"'“‘«")[:1].isupper() or _LABELLED.match(following) is not None


def _final(pattern: re.Pattern[str], last: str) -> bool:
    return any(match.end() == len(last) for match in pattern.finditer(last))


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
