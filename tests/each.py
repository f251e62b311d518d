"""Many cases over one installation: to set one up takes longer than most of them."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., None]


def for_each(**cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Run a test for each case, `for_each(route=ROUTES)`, over one and the same installation.

    It is for what is refused, or leaves things as they are; else `pytest.mark.parametrize` gives each a fresh one.
    """
    [(name, values)] = cases.items()
    known = list(values)

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        others = [each for each in signature.parameters.values() if each.name != name]
        assert known
        assert len(others) < len(signature.parameters)

        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            for case in known:
                try:
                    test(**fixtures, **{name: case})
                except BaseException as fault:
                    fault.add_note(f"{name}: {case}")
                    raise

        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return run

    return decorate
