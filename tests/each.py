"""Many cases over one installation: to set one up takes longer than most of them."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Test = Callable[..., None]


def for_each(names: str | Sequence[str], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Run a test for each case, named as for `pytest.mark.parametrize`, over one and the same installation.

    It is for what is only read, is refused or leaves things as they were; else each case needs a fresh one.
    """
    known = [{names: case} if isinstance(names, str) else dict(zip(names, case, strict=True)) for case in cases]
    assert known

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        assert known[0].keys() <= signature.parameters.keys()
        others = [each for each in signature.parameters.values() if each.name not in known[0]]

        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            for case in known:
                try:
                    test(**fixtures, **case)
                except BaseException as fault:
                    fault.add_note(str(case))
                    raise

        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return run

    return decorate
