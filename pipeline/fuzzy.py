"""Finds the texts most like another among a hundred thousand, some ten times faster than comparing it with each.

Every text has a signature: a bit for each pair of neighbouring characters in it, hashed to one of `BITS`. What shares
most bits with a question is compared exactly (`rapidfuzz.fuzz.ratio`, 0 to 100). Signatures are numpy's; nothing here
knows what the texts are of.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from pipeline.folding import shape

BITS = 512
WORDS = BITS // 64
# How many texts, those with the most alike signatures, are compared exactly.
COMPARED = 800
# Texts that are longer are no sentences: nobody would find out what differs between two of them.
LONGEST = 1_000
# What all texts may weigh, in bytes: some 350,000 sentences. The oldest are left out.
HEAVIEST = 128 * 2**20
# What a text weighs beyond its characters: its signature, its places in lists, the object it is.
OVERHEAD = 200
# How many texts are taken apart at a time: 4 MB of bits.
BATCH = 4_096

_Words = NDArray[np.uint64]


class FuzzyIndex:
    """Texts, each once, to be found by likeness.

    `put` and `discard` need a lock of the caller's; `alike` may run meanwhile in any thread: what it works on is only
    ever added to.
    """

    def __init__(self, heaviest: int = HEAVIEST) -> None:
        self._heaviest = heaviest
        self._clear()

    def _clear(self) -> None:
        self._texts: list[str] = []
        self._places: dict[str, int] = {}
        self._bits: _Words = np.zeros((WORDS, BATCH), np.uint64)
        self._counts: NDArray[np.uint16] = np.zeros(BATCH, np.uint16)
        self._shapes: NDArray[np.int64] = np.zeros(BATCH, np.int64)
        self.weight = 0

    def __len__(self) -> int:
        return len(self._places)

    def put(self, texts: Iterable[str]) -> None:
        """Add folded texts, the newest last; those that are there, empty or too long are passed over."""
        fresh = [each for each in dict.fromkeys(texts) if 0 < len(each) <= LONGEST and each not in self._places]
        for start in range(0, len(fresh), BATCH):
            self._add(fresh[start : start + BATCH])
        if self.weight > self._heaviest:
            self._lighten()

    def discard(self, text: str) -> None:
        """Forget a text."""
        place = self._places.pop(text, None)
        if place is not None:
            self._bits[:, place] = 0
            self._shapes[place] = 0

    def alike(self, text: str, most: int, least: float) -> list[tuple[str, float]]:
        """Return at most `most` texts whose likeness to the folded `text` is `least` or more, the most alike first.

        Of texts that differ from it in numbers alone none is passed over for being less alike than `least`.
        """
        texts = self._texts
        here = min(len(texts), len(self._counts))
        if not here or not 0 < len(text) <= LONGEST:
            return []
        same = np.flatnonzero(self._shapes[:here] == _hashed(text))[-most:]
        near = self._nearest(text, here)
        scored = process.extract(
            text, [texts[n] for n in near], scorer=fuzz.ratio, score_cutoff=least, limit=most, processor=None
        )
        found = dict.fromkeys((texts[n] for n in same), 0.0) | {each: score for each, score, _ in scored}
        found = {each: score or fuzz.ratio(text, each) for each, score in found.items() if each in self._places}
        return sorted(found.items(), key=lambda each: -each[1])[:most]

    def _nearest(self, text: str, here: int) -> Sequence[np.intp]:
        """Return the places of the texts whose signatures share most with that of `text` (by Dice's coefficient)."""
        asked = _signatures([text])[:, 0]
        own = np.float32(np.bitwise_count(asked).sum() + 1)
        alike = _shared(self._bits, asked, here) / (self._counts[:here] + own)
        if here > COMPARED:
            near = np.argpartition(alike, here - COMPARED)[here - COMPARED :]
            return list(near[alike[near] > 0])
        return list(np.flatnonzero(alike))

    def _add(self, texts: Sequence[str]) -> None:
        start, end = len(self._texts), len(self._texts) + len(texts)
        if end > len(self._counts):
            room = max(end, len(self._counts) * 3 // 2) - len(self._counts)
            self._bits = np.pad(self._bits, ((0, 0), (0, room)))
            self._shapes = np.pad(self._shapes, (0, room))
            self._counts = np.pad(self._counts, (0, room))
        found = _signatures(texts)
        self._bits[:, start:end] = found
        self._counts[start:end] = np.bitwise_count(found).sum(axis=0)
        self._shapes[start:end] = [_hashed(each) for each in texts]
        self._places.update((each, start + n) for n, each in enumerate(texts))
        self.weight += sum(_weight(each) for each in texts)
        self._texts.extend(texts)

    def _lighten(self) -> None:
        """Keep the newest texts, up to three quarters of what they may weigh."""
        kept, left = [], self._heaviest * 3 // 4
        for each in reversed(self._places):
            left -= _weight(each)
            if left < 0:
                break
            kept.append(each)
        self._clear()
        self.put(reversed(kept))


def _shared(bits: _Words, asked: _Words, here: int) -> NDArray[np.float32]:
    """Return how many bits each of the first `here` signatures shares with the one asked for."""
    shared = np.zeros(here, np.float32)
    # In parts that stay in a processor's own memory.
    for start in range(0, here, BATCH):
        part = bits[:, start : min(start + BATCH, here)]
        shared[start : start + BATCH] = np.bitwise_count(part & asked[:, None]).sum(axis=0, dtype=np.uint16)
    return shared


def _weight(text: str) -> int:
    return OVERHEAD + len(text) * (1 if text.isascii() else 2)


def _hashed(text: str) -> int:
    return hash(shape(text))


def _signatures(texts: Sequence[str]) -> _Words:
    """Return the texts' signatures, one to a column of `WORDS` words."""
    bits = np.zeros((len(texts), BITS), np.bool_)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(joined, np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(texts)), lengths)
    with np.errstate(over="ignore"):
        pairs = (letters[:-1] * np.uint64(0x9E3779B97F4A7C15)) ^ (letters[1:] * np.uint64(0xC2B2AE3D27D4EB4F))
        pairs = (pairs * np.uint64(0xFF51AFD7ED558CCD)) >> np.uint64(64 - BITS.bit_length() + 1)
        single = (letters * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - BITS.bit_length() + 1)
    within = owners[:-1] == owners[1:]
    bits[owners[:-1][within], pairs[within]] = True
    alone = (lengths == 1)[owners]  # a text of one character has no pair
    bits[owners[alone], single[alone]] = True
    return np.ascontiguousarray(np.packbits(bits, axis=1).view(np.uint64).T)
