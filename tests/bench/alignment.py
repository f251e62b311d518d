"""How well two texts are aligned: labelled documents, made by somebody who did not know the rules; half are sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.align import align
from tests.bench.sentence_ends import items_in

LABELLED = Path(__file__).parents[1] / "pipeline" / "labelled_alignment"

Pair = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass
class Score:
    """How many labelled pairs were found just so, also those of a sentence without counterpart; and the others."""

    right: int = 0
    wanted: int = 0
    found: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the labelled pairs that was found (0 to 1)."""
        return self.right / self.wanted

    def __str__(self) -> str:
        return f"{self.share:.3f} of {self.wanted} pairs right; {self.right / self.found:.3f} of {self.found} found"

    def add(self, document: Mapping[str, Any]) -> None:
        """Align a labelled document, and count its pairs."""
        wanted = {(tuple(ko), tuple(en)) for ko, en in document["pairs"]}
        found = {(tuple(bead.source), tuple(bead.target)) for bead in align(document["ko"], document["en"])}
        self.right += len(wanted & found)
        self.wanted += len(wanted)
        self.found += len(found)
        said = [list(chain.from_iterable(document[locale])) for locale in ("ko", "en")]
        for pair in sorted(wanted - found):
            shown = " = ".join(
                " / ".join(side[at] for at in numbers) or "nothing" for side, numbers in _sides(pair, said)
            )
            self.misses.append(f"{document['id']} {pair}: {shown}")


def _sides(pair: Pair, said: list[list[str]]) -> list[tuple[list[str], tuple[int, ...]]]:
    return list(zip(said, pair, strict=True))


def score(path: Path) -> Score:
    """Return how the documents of a half are aligned."""
    found = Score()
    for document in items_in(path):
        found.add(document)
    return found


def report(*, open_half: bool) -> None:
    """Print how well both halves are aligned, with every miss."""
    print("Alignment of labelled documents (target 0.950)")
    for half in ["open.yaml"] if open_half else ["open.yaml", "sealed.yaml.xz"]:
        found = score(LABELLED / half)
        print(f"  {half.split('.')[0]:<7} {found}")
        for miss in found.misses:
            print(f"    {miss}")
