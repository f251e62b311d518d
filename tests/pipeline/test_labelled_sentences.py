"""The open half of the labelled sentence ends; `make bench` prints both halves with every miss."""

import pytest

from schemas.language import LOCALES, Locale
from tests.bench.sentence_ends import LABELLED, scores


@pytest.mark.parametrize("locale", LOCALES)
def test_ends_are_found(locale: Locale) -> None:
    """Of the open half at least 97 of 100 sentence ends are found, and as few others."""
    found = scores(LABELLED / "open.yaml")[locale]
    assert found.right + found.missing > 120
    assert found.f1 >= 0.97, "\n".join(found.misses)
