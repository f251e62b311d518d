"""Korean particles, which change with the last sound of the word before them."""

import re
from collections.abc import Iterator

from pipeline import korean
from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import closed_up
from schemas.language import Span

_BOTH = re.compile(
    r"(?<=[가-힣A-Za-z0-9%)\]”’\"'」』》〉])(?:(을|은|이|과)\((를|는|가|와)\)|(를|는|가"
    r"|와)\((을|은|이|과)\)|\((으|이)\)(로|라고|라는|며|나))(?![가-힣(])"
)
_WORD = re.compile(
    r"(?<![가-힣A-Za-z0-9,.%&-])(?P<word>[가-힣]{1,20}?|[A-Z]{2,6}|[0-9](?:[0-9,.]{0,18}[0-9])?(?:%|kg|km|cm|mm|m|g)?)"
    r"(?P<quote>[”’\"'」』》〉]{0,2}(?: (?=[는를](?![가-힣]))|))(?P<particle>으로|은|는|이|을"
    r"|를|과|와|로)(?![가-힣A-Za-z0-9])"
)
_HANGUL = re.compile(r"[가-힣]+")
# Open syllables before 을, 은 and 과 that make other words: 마을, 지을, 나은, 효과.
_NOT_OBJECT = frozenset("마가노고지이나부그저자누기허추나")
_NOT_TOPIC = frozenset("나지이부그고가자저누기허추")
_BEFORE_FRUIT = frozenset("사교효내외치다제이문무여고아투초개수")
# Last syllables of nouns that no verb's stem has before 는.
_OF_NOUNS = frozenset("들국관원장단군인님생문명년월당청강산정동맹법권상연통령단실점판본선언금돈")
# Letters that are read one by one for sure: no vowel makes a word of them, or either reading ends alike.
_SPELT = re.compile("[^AEIOUY]+|[A-Z]*[AEIOUYLMN]")


@check("particles", "warning")
def particles(pair: Pair) -> Iterator[Finding]:
    """Korean particles fit the word before them.

    은 or 는, 을 or 를, 과 or 와, 으로 or 로 after a word whose last sound asks for the other (한국어 어문 규범), by
    how acronyms and figures are read; and 을(를), which leaves the choice to the reader. The fix writes the right one.
    Words that could be no noun with a particle are left alone.
    """
    if pair.target_locale != "ko":
        return
    text, offsets = closed_up(pair.target)
    for match in _BOTH.finditer(text):
        given = (match[1] or match[3] or "") + (match[2] or match[4] or "")
        plain = given[:1] if given else match[5] + match[6]
        yield from _finding(pair, text, offsets, (match.start(), match.end()), plain)
    for match in _WORD.finditer(text):
        if _is_noun(match["word"], match["particle"], quoted=bool(match["quote"].strip())):
            yield from _finding(pair, text, offsets, match.span("particle"), match["particle"])


def _finding(pair: Pair, text: str, offsets: list[int], span: Span, particle: str) -> Iterator[Finding]:
    before = text[max(0, span[0] - 60) : span[0]]
    right = korean.agree(before, particle)
    was = text[slice(*span)]
    if right == was or ("(" in right and "(" not in was):
        return
    start, end = offsets[span[0]], offsets[span[1] - 1] + 1
    word = re.split(r"\s", before)[-1]
    fix = None
    if "(" not in right and pair.target[start:end] == was:
        fix = pair.target[:start] + right + pair.target[end:]
    yield Finding(f"“{word}{was}” should be “{word}{right}”.", target_span=(start, end), fix=fix)


def _is_noun(word: str, particle: str, *, quoted: bool) -> bool:
    """Tell whether the particle can be nothing else than a particle here."""
    last = word[-1]
    if not "가" <= last <= "힣":
        return _is_figure(word, particle) or (last.isalpha() and word.isupper() and _SPELT.fullmatch(word) is not None)
    closed = (ord(last) - 0xAC00) % 28 != 0
    if quoted:
        return particle in {"을", "를", "은", "는"}
    match particle:
        case "를":
            return closed
        case "와":
            return closed and len(word) > 1
        case "으로":
            return len(word) > 1
        case "을":
            return not closed and len(word) > 1 and last not in _NOT_OBJECT
        case "은":
            return not closed and len(word) > 1 and last not in _NOT_TOPIC
        case "과":
            return not closed and len(word) > 2 and last not in _BEFORE_FRUIT
        case "는":
            return closed and len(word) > 1 and last in _OF_NOUNS
        case _:
            return False


def _is_figure(word: str, particle: str) -> bool:
    if not word[0].isdigit():
        return False
    return particle != "이" or word.endswith("%")
