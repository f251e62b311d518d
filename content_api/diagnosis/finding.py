"""What every check of `hanmi doctor` gives."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Level = Literal["ok", "warning", "failed"]


class Finding(Struct, frozen=True, omit_defaults=True):
    """What was looked at, what was found and, unless all is well, what to do."""

    level: Level
    about: str
    found: str
    do: str = ""


Findings = Iterator[Finding]
