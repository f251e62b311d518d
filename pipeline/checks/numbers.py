"""Numbers, money and quantities, compared by value: 1억 2천만 is 120 million, 열 명 is ten people, 33평 is 109 ㎡."""

from collections.abc import Iterator

from pipeline.checks import values
from pipeline.checks.base import Finding, Pair, check


@check("numbers", "error")
def numbers_agree(pair: Pair) -> Iterator[Finding]:
    """Every number of the source is in the translation, and no other.

    Numbers are compared by value, in whatever order and notation: digits, words, 만 and million, ordinals, fractions,
    per cent. One missing or changed is an error; one too many alone is a warning. A number that only moved to or from
    the segment next to it is neither, nor is what another check tells as a date, a time, money or a quantity.
    """
    yield from values.told(pair, "number")


@check("money", "error")
def money(pair: Pair) -> Iterator[Finding]:
    """Every amount of money is the same, in the same currency.

    억 and billion, ₩ and 원, $ and 달러 are the same; an amount that lost its currency is not.
    """
    yield from values.told(pair, "money")


@check("units", "error")
def units(pair: Pair) -> Iterator[Finding]:
    """Every quantity is the same, in the same unit or rightly converted.

    Lengths, areas, weights, volumes, speeds, temperatures, sizes of data, durations, percentage points. In the same
    unit the amount is exactly the same; converted into another, 평 into square feet, it may be off by 5 per cent, as
    newspapers round.
    """
    yield from values.told(pair, "unit")
