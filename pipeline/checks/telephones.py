"""Telephone numbers in running text, Korean and international, and which are the same line (ITU-T E.123, E.164)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.language import Span

TELEPHONE = re.compile(
    r"(?<![0-9A-Za-z+])\+[1-9][0-9]{0,2}[-. ]?(?:\(0?[0-9]{1,4}\)[-. ]?)?[0-9]{1,5}(?:[-. ][0-9]{2,5}){0,3}(?![0-9])"
    r"|(?<![0-9A-Za-z.,+-])(?:1[-. ])?\([0-9]{2,4}\)[-. ]?[0-9]{3,4}[-. ][0-9]{3,4}(?![0-9.,-]?[0-9])"  # (02) 345-6789
    r"|(?<![0-9A-Za-z.,+-])0[0-9]{1,3}[-. )][0-9]{3,4}[-. ][0-9]{3,4}(?![0-9.,-]?[0-9])"  # 02-345-6789
    r"|(?<![0-9A-Za-z.,+-])(?:1[-. ])?[2-9][0-9]{2}([-.])[0-9]{3}\1[0-9]{4}(?![0-9.,-]?[0-9])"  # 213-555-0188
    r"|(?<![0-9A-Za-z.,+-])1[568](?:00|11|22|33|44|55|66|77|88|99)-[0-9]{4}(?=[^0-9]|$)(?!년)"  # 1588-0000
)
_CODE = re.compile(
    r"\+(1|7|[2-9][0-9])"
)  # those of three digits are as long as what follows, and nobody writes them bare


@dataclass(frozen=True)
class Telephone:
    """A telephone number: its country code if given, its digits without that or a leading 0, its range."""

    country: str | None
    digits: str
    span: Span

    def same_as(self, other: "Telephone") -> bool:
        """Whether both may be the same line: a number without country code may be in any."""
        return self.digits == other.digits and (
            self.country == other.country or self.country is None or other.country is None
        )


def telephones(text: str) -> Iterator[Telephone]:
    """Yield the telephone numbers of `text` in order."""
    for match in TELEPHONE.finditer(text):
        written = match[0].replace("(0", "(") if match[0].startswith("+") else match[0]
        country = _country(written)
        rest = written[len(country) + 1 :] if country else written
        digits = re.sub("[^0-9]", "", rest)
        if country is None and len(digits) == 11 and digits[0] == "1":  # 1-213-555-0188, dialled within North America
            country, digits = "1", digits[1:]
        yield Telephone(country, digits.removeprefix("0"), match.span())


def _country(written: str) -> str | None:
    if not written.startswith("+"):
        return None
    separate = re.match(r"\+([0-9]{1,3})[-. (]", written)
    match = separate or _CODE.match(written)
    return match[1] if match else None
