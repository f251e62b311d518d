"""Takes Korean words apart: by Kiwi's morphemes, or by the particles alone while Kiwi loads or where it is missing.

Kiwi takes some 300 MB and two seconds to load, so nothing here imports it before somebody needs it.
"""

import logging
import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib import metadata
from typing import Any, Literal, NamedTuple, Protocol

from pipeline import malloc
from pipeline.korean import HANGUL, PARTICLES

log = logging.getLogger("hanmi.morphology")

Kind = Literal["noun", "affix", "unit", "number", "latin", "verb", "other"]


class Morpheme(NamedTuple):
    """What a word is made of: its form, where it stands in the text, and what it is good for.

    A noun is a word of its own and a part of compounds; an affix, a unit (명, 원), a number and Latin letters are parts
    of compounds alone. A verb's form is its dictionary form.
    """

    form: str
    start: int
    end: int
    kind: Kind


class Splitter(Protocol):
    """Finds the morphemes of Korean text. `name` changes whenever it may find others than before."""

    name: str

    def morphemes(self, text: str) -> Sequence[Morpheme]:
        """Return what carries meaning in `text`, in order: particles, endings and signs are left out."""

    def parts(self, noun: str) -> Sequence[str]:
        """Return the nouns that a noun of the dictionary is made of, none if it is simple."""


# Kiwi's tags (세종 품사 태그), without the mark of an irregular verb. Anything else is grammar or a sign.
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("NNG", "NNP", "XR", "SH", "UN", "NF"), "noun"),
    **dict.fromkeys(("XPN", "XSN"), "affix"),
    **dict.fromkeys(("NNB",), "unit"),
    **dict.fromkeys(("SN", "NR"), "number"),
    **dict.fromkeys(("SL",), "latin"),
    **dict.fromkeys(("VV", "VA", "NV"), "verb"),
    **dict.fromkeys(("MAG", "IC", "NP"), "other"),
}
_PLURAL = "들"
# Verbs that say nothing by themselves, and pronouns that only point.
_EMPTY = frozenset(
    (
        "하다",
        "되다",
        "있다",
        "같다",
        "그렇다",
        "이렇다",
        "그",
        "이",
        "저",
        "그것",
        "이것",
        "저것",
        "것",
        "수",
        "나",
        "너",
    )
)
# Kiwi looks at a sentence at a time, and at text without any blank as one word: more would take it long.
_CHUNK = 1_000
_MADE_OF = frozenset({"noun", "affix", "number"})


class KiwiSplitter:
    """Morphemes by Kiwi (Lee, "Kiwi: Developing a Korean Morphological Analyzer", 2024)."""

    def __init__(self) -> None:
        from kiwipiepy import Kiwi

        malloc.share_heaps()
        # Without typing errors, terms of several words and the names of encyclopaedias: half the memory, and as good on
        # the labelled set, for compounds are found by their parts either way.
        self._kiwi: Any = Kiwi(num_workers=1, load_default_dict=False, load_typo_dict=False, load_multi_dict=False)
        self._kiwi.tokenize("가나")  # the dictionary is read at the first word
        malloc.give_back()
        self.name = kiwi_version() or ""
        self._known_parts = lru_cache(maxsize=20_000)(self._taken_apart)

    def morphemes(self, text: str) -> Sequence[Morpheme]:
        """Return the morphemes; see `Splitter`."""
        return [each for start, chunk in _chunks(text) for each in self._of(chunk, start)]

    def _of(self, text: str, offset: int) -> Iterator[Morpheme]:
        for token in self._kiwi.tokenize(text):
            kind = _KINDS.get(token.tag.partition("-")[0])
            form = token.form + "다" if kind == "verb" else token.form
            if kind and form != _PLURAL and form not in _EMPTY:
                yield Morpheme(form, offset + token.start, offset + token.end, kind)

    def parts(self, noun: str) -> Sequence[str]:
        """Return what the noun is made of; see `Splitter`."""
        return self._known_parts(noun) if len(noun) > 2 else ()

    def _taken_apart(self, noun: str) -> Sequence[str]:
        found = self._kiwi.tokenize(noun, blocklist=[noun])
        kinds = [_KINDS.get(token.tag.partition("-")[0]) for token in found]
        # A lone syllable before two more is no compound (카+투사); what leaves an ending is one of its first part alone
        # (미국+이+ㄴ).
        if len(found) < 2 or (len(noun) == 3 and len(found[0].form) < 2):
            return ()
        if not _MADE_OF.issuperset(kinds):
            found = found[:1] if kinds[0] == "noun" else []
        return tuple(token.form for token in found if 1 < len(token.form) < len(noun))


_WORD = re.compile(f"[{HANGUL}]+")
# How a verb made of a noun goes on behind it: 전달했다, 감사드립니다. Without a dictionary no other verb can be told.
_VERBAL = re.compile("(?:[하한할함합했해]|[되된될됨됩됐돼]|드[리린릴립렸])[가-힣]{0,5}$")


class ParticleSplitter:
    """Words without their particles: what can be had without a dictionary."""

    name = "particles"

    def morphemes(self, text: str) -> Sequence[Morpheme]:
        """Return each word without its particles, as a noun; see `Splitter`."""
        words = _WORD.finditer(text)
        return [Morpheme(form, *match.span(), kind) for match in words for form, kind in _bare(match[0])]

    def parts(self, noun: str) -> Sequence[str]:
        """Return nothing: what a noun is made of stands in dictionaries."""
        return ()


def _bare(word: str) -> Iterator[tuple[str, Kind]]:
    """Yield a word without its particles, and as it stands too: it may only end as a particle does (독도, 제도)."""
    stem = word
    if verbal := _VERBAL.search(word, 2):
        stem = word[: verbal.start()]
    for _ in range(3):  # one upon another: 용사 들 에게 는
        ending = next((each for each in PARTICLES if stem.endswith(each) and len(stem) - len(each) >= 2), "")
        stem = stem.removesuffix(ending)
        if len(stem) > 2:
            stem = stem.removesuffix(_PLURAL)
    yield stem, "noun"
    if stem != word:
        yield word, "other"


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces of the text with where they begin: lines, cut at blanks where they are long."""
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        while end - start > _CHUNK:
            cut = text.rfind(" ", start + 1, start + _CHUNK)
            cut = cut if cut > 0 else start + _CHUNK
            yield start, text[start:cut]
            start = cut
        yield start, text[start:end]


def kiwi_version() -> str | None:
    """Return which Kiwi with which dictionary is installed; `None` where there is none."""
    try:
        return f"kiwi-{metadata.version('kiwipiepy')}-{metadata.version('kiwipiepy_model')}"
    except metadata.PackageNotFoundError:
        return None


def is_older(version: str, other: str) -> bool:
    """Tell whether one version of reading texts comes before another, by their numbers: particles alone have none."""
    mine, theirs = ([int(number) for number in re.findall("[0-9]+", each)] for each in (version, other))
    return mine < theirs


# How long to wait, in seconds, until it is tried again to load what could not be loaded.
AGAIN = 60.0


class Morphology:
    """The splitter of a process, loaded once, in the background, when it is first wanted."""

    def __init__(self, *, with_kiwi: bool = True) -> None:
        self._wanted = (kiwi_version() if with_kiwi else None) or ParticleSplitter.name
        self._by_particles = ParticleSplitter()
        self._splitter: Splitter | None = self._by_particles if self._wanted == ParticleSplitter.name else None
        self._loading: threading.Thread | None = None
        self._again = math.inf
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name of the splitter that is loaded, or that is to be: particles alone where Kiwi just failed."""
        return ParticleSplitter.name if self._has_failed else self._wanted

    def now(self) -> Splitter:
        """Return what there is at once: particles alone until Kiwi, which begins to load, is there."""
        if self._splitter is None:
            self._begin()
        return self._splitter or self._by_particles

    def loaded(self) -> Splitter:
        """Return the splitter named `name`, after waiting for it; particles alone while Kiwi cannot be loaded."""
        if self._splitter is None:
            self._begin().join()
        return self._splitter or self._by_particles

    @property
    def is_ready(self) -> bool:
        """Whether nobody has to wait, or make do with particles for a moment."""
        return self._splitter is not None or self._has_failed

    @property
    def _has_failed(self) -> bool:
        return self._again < math.inf

    def _begin(self) -> threading.Thread:
        with self._lock:
            if self._loading is None or time.monotonic() >= self._again:
                self._again = math.inf
                self._loading = threading.Thread(target=self._load, name="hanmi-kiwi", daemon=True)
                self._loading.start()
            return self._loading

    def _load(self) -> None:
        try:
            self._splitter = KiwiSplitter()
        except Exception:  # a library of another platform, no memory: search goes on with particles
            log.exception("Kiwi cannot be loaded; Korean words are found by their particles alone until it can")
            self._again = time.monotonic() + AGAIN


@cache
def shared(*, with_kiwi: bool = True) -> Morphology:
    """Return the one of this process."""
    return Morphology(with_kiwi=with_kiwi)
