"""What the desk says, in Korean and English: `words/*.yaml` holds one line for each of its phrases."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from schemas.language import LOCALES, Locale

Phrases = Mapping[str, Mapping[Locale, str]]


@cache
def phrases() -> Phrases:
    """Return every phrase by its name; raise `ValueError` for a name that is there twice or lacks a language."""
    found: dict[str, Mapping[Locale, str]] = {}
    for file in sorted(files("content_api.desk").joinpath("words").iterdir(), key=lambda each: each.name):
        for name, pair in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if name in found or set(pair) != set(LOCALES):
                raise ValueError(f"{file.name}: {name} is there twice, or not in both languages")
            found[name] = pair
    return found


def say(language: Locale, name: str, **values: object) -> str:
    """Return a phrase in a language, its `{places}` filled."""
    phrase = phrases()[name][language]
    return phrase.format(**values) if values else phrase
