"""What the desk says: every phrase in both languages, each one used, and none missing."""

import re
from importlib.resources import files
from string import Formatter

import pytest

from content_api.desk import words
from schemas.language import LOCALES
from schemas.problems import catalogue

SOURCES = {
    str(path.relative_to(folder)): path.read_text(encoding="utf-8")
    for folder in [files("content_api.desk")]
    for part in ("", "templates", "static")
    for path in folder.joinpath(part).iterdir()
    if path.name.endswith((".py", ".html", ".js"))
}
# A phrase that is asked for by name, and the beginning of those whose name is put together.
NAMED = re.compile(r"""\b(?:t|say)\((?:language, )?["']([a-z0-9_]+)["'][,)]""")
PUT_TOGETHER = re.compile(r"""["']([a-z0-9]+(?:_[a-z0-9]+)*_)["'] ?~|f["']([a-z0-9_]+_)\{""")


def places(phrase: str) -> set[str]:
    """Return what a phrase leaves to be filled in."""
    return {field for _, field, _, _ in Formatter().parse(phrase) if field}


@pytest.mark.parametrize("name", sorted(words.phrases()))
def test_a_phrase_says_the_same_in_both_languages(name: str) -> None:
    """Each language has words for it, with the same places to be filled."""
    pair = words.phrases()[name]
    places = {
        language: {field for _, field, _, _ in Formatter().parse(pair[language]) if field} for language in LOCALES
    }
    assert all(pair[language].strip() for language in LOCALES)
    assert places["ko"] == places["en"]
    assert re.search("[가-힣]", pair["ko"]) or pair["ko"] == pair["en"]


def test_every_phrase_that_is_asked_for_is_there() -> None:
    """No page asks for a phrase that nobody wrote."""
    asked = {(place, name) for place, source in SOURCES.items() for name in NAMED.findall(source)}
    assert {(place, name) for place, name in asked if name not in words.phrases()} == set()
    assert {f"problem_{kind.slug.replace('-', '_')}" for kind in catalogue()} <= set(words.phrases())


def test_every_phrase_is_used() -> None:
    """A phrase that nothing says any more is gone from the files."""
    everything = "\n".join(SOURCES.values())
    prefixes = tuple(prefix for pair in PUT_TOGETHER.findall(everything) for prefix in pair if prefix)
    quoted = set(re.findall(r"""["']([a-z0-9_]+)["']""", everything))
    assert {name for name in words.phrases() if name not in quoted and not name.startswith(prefixes)} == set()
