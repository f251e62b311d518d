"""What a text and its rendering share whatever their words: numbers, months, Latin names, addresses, glossary terms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.script import ADDRESS, ENDS_SENTENCE
from schemas.language import Term

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = re.compile(rf"\b({'|'.join(rf'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)})\b|(?<!\d)(1[0-2]|[1-9])월")
_UNITS = {"천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_UNIT = r"(?:thousand\b|million\b|billion\b|천?[만억조]|천)"
_NUMBER = re.compile(rf"\d[\d,.]*(?:\s?{_UNIT}\s?\d[\d,.]*)*(?:\s?{_UNIT})?", re.IGNORECASE)
_PART = re.compile(rf"(\d[\d,.]*)\s?({_UNIT})?", re.IGNORECASE)
_SPELLED = (
    {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
    | {"eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70}
    | {"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "스무": 20}
)
# Words that such texts are full of, for the short lines whose lengths say nothing; English ones by their beginnings.
_COMMON = """
가족/famil 감사/thank 강연/lectur 결과/result 고향/home 공화국/republic 교육/educat 기념/annivers 기념/commemorat
기록/record 기억/memor 기억/remember 김치/kimchi 내년/next year 뉴욕/new york 대령/colonel 대사/ambassador
대통령/president 대학/universit 도서관/librar 동맹/alliance 로스앤젤레스/los angeles 문의/contact 미국/america
미국/united states 미래/future 방위/defense 병원/hospital 부산/busan 북한/north korea 사람/people 사령관/command
새해/new year 서명/sign 서울/seoul 선언/declaration 성명/statement 세대/generation 소식/news 시민/citizen
신청/appl 아이/child 안보/security 약속/promise 여러분/you 역사/history 올해/this year 외교/diploma
우정/friendship 워싱턴/washington 음악/music 의견/opinion 이사회/board 자료/source 자유/freedom 장관/minister
장관/secretary 장병/service member 장병/soldier 장학/scholarship 전쟁/war 정부/government 정상/summit 조약/treaty
존경/dear 주한미군/usfk 지난해/last year 지부/chapter 질문/question 참전용사/veteran 창설/establish 체결/conclud
총회/meeting 추모/memorial 축제/festival 캠프/camp 편지/letter 평택/pyeongtaek 평화/peace 학교/school 학생/student
한국/korea 한미/us 함께/together 해마다/every year 해병/marine 행사/event 협의회/association 협정/agreement
협회/association 회비/dues 회원/member 회장/president 후손/descendant 후원/donat 희생/sacrifice
"""
_HINTS = [(ko, en.strip()) for ko, en in re.findall(r"(\S+)/([^/]+?)(?=\s+\S+/|\s*$)", _COMMON)]
_BETWEEN = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Anchors:
    """The keys of a text that its rendering should show too, those of them that were written in digits as `numbers`.

    A hint, a key such as `동맹/alliance`, says less than the others. `closed` tells whether the text ends a sentence.
    """

    keys: frozenset[str]
    numbers: frozenset[str]
    closed: bool


def anchors(text: str, terms: Sequence[Term] = ()) -> Anchors:
    """Find the anchors of `text`, Korean or English: `3만 7천` and `37,000`, `10월` and `October` are the same key."""
    keys = {address.lower().rstrip(".,;:!?)") for address in ADDRESS.findall(text)}
    bare = ADDRESS.sub(" ", text)
    words = {word.lower() for word in _WORD.findall(bare)}
    keys |= words | {str(_SPELLED[word]) for word in words & _SPELLED.keys()}
    keys |= {str(number) for word, number in _SPELLED.items() if not word.isascii() and word in bare}
    folded = text.casefold()
    keys |= {f"term {at}" for at, term in enumerate(terms) if term.ko in text or term.en.casefold() in folded}
    begun = " " + _BETWEEN.sub(" ", folded)
    keys |= {f"{ko}/{en}" for ko, en in _HINTS if ko in text or f" {en}" in begun}
    if text.rstrip("\"'”’」』)").endswith("?"):
        keys.add("?")
    numbers = {f"month {_month(found)}" for found in _MONTH.finditer(bare)}
    numbers |= {_value(found[0]) for found in _NUMBER.finditer(_MONTH.sub(" ", bare))}
    closed = ENDS_SENTENCE.search(text) is not None and any(character.isalpha() for character in bare)
    return Anchors(frozenset(keys | numbers), frozenset(numbers), closed)


def _month(found: re.Match[str]) -> int:
    if found[2]:
        return int(found[2])
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(found[1][:3]))


def _value(number: str) -> str:
    """Return a number's value as written plainly: `1만 4천` is 14000, `1.5 million` 1500000."""
    total = Decimal(0)
    for digits, unit in _PART.findall(number):
        value = digits.rstrip(".,").replace(",", "")
        try:
            part = Decimal(value) if len(value) < 20 else None
        except InvalidOperation:  # a date or version such as 4.28.2023
            part = None
        if part is None:
            return number
        for word in re.findall(r"[a-z]+|[천만억조]", unit.lower()):
            part *= _UNITS[word]
        total += part
    return f"{total.normalize():f}"
