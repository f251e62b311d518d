"""What kind of writing a text is: scripts, addresses, and words that may stay as they are in the other language."""

import re
from functools import lru_cache

from pipeline.placeholders import TAG
from schemas.language import Locale

HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣᄀ-ᇿ]")
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’]*(?:[.-][A-Za-zÀ-ɏ]+)*")
LETTER = re.compile(r"[^\W\d_]")
INK = re.compile("[^\\s\u00ad\u115f\u1160\u200b-\u200f\u2060\u3164\ufeff\uffa0]")

# The lookbehinds let a match begin only where a run begins, which keeps the search linear.
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9])https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%()]{0,2000}[A-Za-z0-9/_~=&%#-]"
    r"|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}"
    r"|(?<![A-Za-z0-9.@_-])(?:[A-Za-z0-9-]{1,63}\.){1,6}(?:com|org|net|gov|mil|edu|info|kr|us|io)"
    r"(?![A-Za-z0-9])(?:/[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]{0,2000}[A-Za-z0-9/_~=&%#-])?"
)

UNREAD = "\ufffc"
_CODE = re.compile(r"`[^`\n]{1,300}`")
_LINK_TO = re.compile(r"(?<=\])\([^()\s]{1,2000}\)")
_SUFFIXES = re.compile(r"[a-z]{3,}(?:tion|sion|ment|ness|ship|ance|ence|ity|ings?|ies|ous|ful|ical|ology)s?$")
_LOWER_IN_NAMES = frozenset({"van", "von", "der", "den", "de", "la", "le", "bin", "al", "da", "di", "dos", "y"})
_COMMON_WORDS = """
    a about above academy across activities activity advisory after agenda agreement aid all alliance
    allied allies along also american an and annual another announces archive are arms army article as
    association at attend awards away back battle be because been before began begins being between
    board book both building but by calendar call came can celebrates celebrating center ceremony
    chairman chapter children citizens city commander committee community conference congress contact
    council country culture current date days defense department did director do donate donation during
    each early east economic education eighth end event events every executive fall families family
    fifth first flag for forces forum foundation founded founder fourth freedom friends from fund future
    gallery general get give go goals government greetings group had has have he headline help her here
    heroes him his history holds home honor honors house how if impact in information institute
    international into is issue it its join joint journey justice key korean last late latest law
    leaders leadership learn left legacy letter life links list local location long made main make many
    media meet meeting member members membership memorial message military mission more most mutual my
    national nations navy new news newsletter next night no north not notice of office officers official
    old on one only open or organization our out over overview page partners partnership past peace
    people photo photos policy politics president press previous privacy program programs project
    projects public read records related remembering remembrance report republic resources right role
    schedule scholarship school second secretary security see service services she sixth social society
    soldiers some south speech speeches spring staff state statement states story stories strong
    students subscribe summary summer summit support symposium table talks tenth than that the their
    them then there these they third this those through time timeline title to today together topic tour
    training treaty trip troops two under union united university until up update updates use values
    version veteran veterans vice video view vision visit visitors volunteer volunteers war was we
    website week welcome were west what when where which while who why will winter with women words work
    world year years you your youth
"""
COMMON = frozenset(_COMMON_WORDS.split())


@lru_cache(maxsize=32)  # half a dozen checks ask for the same two texts, one after another
def bare(text: str) -> str:
    """Return `text` with placeholder tags and addresses blanked: what is left is words, at their own places."""
    return ADDRESS.sub(_blank, TAG.sub(_blank, text))


@lru_cache(maxsize=32)
def prose(text: str) -> str:
    """Return `text` with code and the addresses of links blanked besides, everything at its own place."""
    return _LINK_TO.sub(_blank, _CODE.sub(_blank, bare(text)))


def closed_up(text: str) -> tuple[str, list[int]]:
    """Return `text` without the tags of pairs, and where each of its characters, and its end, was in `text`.

    A single placeholder is one character that is no letter: nobody knows how it is read.
    """
    kept: list[str] = []
    offsets: list[int] = []
    place = 0
    for tag in TAG.finditer(text):
        kept.append(text[place : tag.start()])
        offsets += range(place, tag.start())
        if tag["single"]:
            kept.append(UNREAD)
            offsets.append(tag.start())
        place = tag.end()
    kept.append(text[place:])
    offsets += range(place, len(text) + 1)
    return "".join(kept), offsets


def stays(text: str, locale: Locale) -> bool:
    """Say whether `text` in `locale` may be the same in the other language: names, acronyms, figures, placeholders."""
    text = bare(text)
    if locale == "ko":
        return not HANGUL.search(text)
    return all(_is_name(word[0]) for word in LATIN_WORD.finditer(text))


def _is_name(word: str) -> bool:
    """A word that may stay: an acronym, a mixed-case brand, a capitalised word that is no common English one."""
    parts = re.split(r"[.-]", re.sub(r"['’]s?$", "", word))
    return all(_is_name_part(part) for part in parts) or word.lower() in _LOWER_IN_NAMES


def _is_name_part(part: str) -> bool:
    if len(part) <= 1:
        return not part or part.isupper() or part.lower() not in {"a", "i"}
    lower = part.lower()
    if lower in COMMON and part != "US":
        return False
    if part[1:] != part[1:].lower():
        return not (part.isupper() and len(part) > 5 and _SUFFIXES.match(lower))
    if part[0].isupper():
        return len(part) < 7 or not _SUFFIXES.match(lower)
    return False


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
