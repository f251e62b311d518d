"""How to reach somebody: telephone numbers and e-mail addresses."""

import re
from collections.abc import Iterator, Sequence

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.telephones import telephones
from schemas.language import Span

_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")


@check("contacts", "error")
def contacts(pair: Pair) -> Iterator[Finding]:
    """Telephone numbers and e-mail addresses are the source's own.

    +82-2-123-4567 is 02-123-4567, and capitals in an e-mail address mean nothing. Whatever is lost, new or changed
    is an error.
    """
    was, now = _emails(pair.source), _emails(pair.target)
    yield from _compared(
        pair, [was[name] for name in was if name not in now], [now[name] for name in now if name not in was]
    )
    before, after = list(telephones(pair.source)), list(telephones(pair.target))
    yield from _compared(
        pair,
        [each.span for each in before if not any(each.same_as(other) for other in after[:_MOST])],
        [each.span for each in after if not any(each.same_as(other) for other in before[:_MOST])],
    )


_MOST = 200  # of the numbers of one segment; nobody lists more, and each is compared with each


def _emails(text: str) -> dict[str, Span]:
    if "@" not in text:
        return {}
    return {match[0].casefold(): match.span() for match in _EMAIL.finditer(text)}


def _compared(pair: Pair, lost: Sequence[Span], new: Sequence[Span]) -> Iterator[Finding]:
    """Tell of ranges that the other text has nothing for; one lost and one new are a change that can be put right."""
    if len(lost) == len(new) == 1:
        (was,), (now,) = lost, new
        written = pair.source[slice(*was)]
        message = f"The source gives {written}; the translation gives {pair.target[slice(*now)]} instead."
        yield Finding(message, was, now, fix=pair.target[: now[0]] + written + pair.target[now[1] :])
        return
    for span in lost:
        yield Finding(f"The source gives {pair.source[slice(*span)]}; the translation does not.", source_span=span)
    for span in new:
        yield Finding(f"The translation gives {pair.target[slice(*span)]}; the source does not.", target_span=span)
