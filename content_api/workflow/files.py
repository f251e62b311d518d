"""Content files: Markdown with front matter, read and written. A fault names the file, and nothing of it is stored."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from schemas.decoding import convert
from schemas.files import FrontMatter
from schemas.problems import Invalid, Problem
from schemas.values import Body

FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<head>.*?)^---[ \t]*(?:\n|\Z)(?P<body>.*)", re.DOTALL | re.MULTILINE)


class MarkdownFile(Struct, frozen=True, kw_only=True):
    """A text in one language as a file holds it."""

    name: str
    head: FrontMatter
    body: Body


def read_text(path: Path) -> str:
    """Return a file's text with `\\n` as line end; raise `Invalid` naming the file if it cannot be read as UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as fault:
        raise Invalid(f"{path}: {fault.strerror or fault}") from None
    except UnicodeDecodeError as fault:
        raise Invalid(f"{path}: it is not UTF-8 (at byte {fault.start})") from None


def has_front_matter(text: str) -> bool:
    """Tell whether a file is Markdown with front matter."""
    return FRONT_MATTER.match(text) is not None


def taken_apart(name: str, text: str) -> tuple[Any, str]:
    """Return a Markdown file's head, each of its values a string, and the bytes below it; raise as `parse` does."""
    match = FRONT_MATTER.match(text)
    if match is None:
        raise Invalid(f"{name}: it does not begin with front matter between lines of ---")
    try:
        # Everything as strings: YAML would make a date of 1953-07-27 and a number of 1953.
        return yaml.load(match["head"], Loader=yaml.BaseLoader), match["body"]  # noqa: S506  # builds only strings
    except (yaml.YAMLError, RecursionError) as fault:
        raise Invalid(f"{name}: the front matter is not YAML: {' '.join(str(fault).split())}") from None


def put_together(head: Mapping[str, str], body: str) -> str:
    """Return a Markdown file of which `taken_apart` gives back head and body, to the byte."""
    front = yaml.dump(dict(head), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return f"---\n{front}---\n{body}"


class _Dumper(yaml.SafeDumper):
    """Writes a value of several lines as lines."""


def _as_a_person_would(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # To YAML these two are line ends, which are themselves only within double quotes.
    style = '"' if {"\u2028", "\u2029"} & set(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _as_a_person_would)


def parse(name: str, text: str) -> MarkdownFile:
    """Return a Markdown file taken apart; raise `Invalid` naming the file and what is wrong in it."""
    head, body = taken_apart(name, text)
    try:
        return MarkdownFile(
            name=name, head=convert(head, FrontMatter, strict=False), body=convert(body.strip("\n"), Body)
        )
    except Problem as fault:
        raise Invalid(f"{name}: {fault.detail}") from None


def source_of(files: Sequence[MarkdownFile], wanted: str | None) -> MarkdownFile:
    """Return which of an entry's files holds the source: the one wanted, the one marked, or the first."""
    ranked = sorted(files, key=lambda file: (file.head.locale != wanted, not file.head.source))
    return ranked[0]
