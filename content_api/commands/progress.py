"""Shows how far long work is, on standard error: a bar on a terminal, a line for each step elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from content_api.storage.progress import Progress


@contextmanager
def shown() -> Iterator[Progress]:
    """Give the function that long work tells how far it is."""
    with ExitStack() as stack:
        yield _bars(stack) if sys.stderr.isatty() else _lines()


def _lines() -> Progress:
    said: list[str] = []

    def tell(what: str, _done: int, _total: int) -> None:
        if said[-1:] != [what]:
            said.append(what)
            click.echo(f"{what} …", err=True)

    return tell


def _bars(stack: ExitStack) -> Progress:
    shown: dict[str, Any] = {}

    def tell(what: str, done: int, total: int) -> None:
        if what not in shown:
            stack.close()  # the bar before ends its line
            shown.clear()
            shown[what] = stack.enter_context(click.progressbar(length=total, label=what, file=sys.stderr))
        bar = shown[what]
        bar.length = total
        bar.update(done - bar.pos)

    return tell
