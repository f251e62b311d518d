"""What a check found, in the desk's language: checks say it in English, and `findings.yaml` how to say it in Korean."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from schemas.language import Locale

_PLACE = re.compile(r"\\\{(\w+)\\\}")


@cache
def _patterns() -> Mapping[re.Pattern[str], str]:
    """Return what each English sentence looks like, with what it is in Korean."""
    sentences = yaml.safe_load(files("content_api.desk").joinpath("findings.yaml").read_text(encoding="utf-8"))
    return {
        re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL): korean
        for english, korean in sentences.items()
    }


def say(language: Locale, message: str) -> tuple[str, Locale]:
    """Return what a check found, and the language it is said in: English where there is no Korean for it."""
    for pattern, korean in _patterns().items() if language == "ko" else ():
        if found := pattern.fullmatch(message):
            return korean.format(**found.groupdict()), "ko"
    return message, "en"
