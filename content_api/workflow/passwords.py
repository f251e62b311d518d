"""Passwords: which are accepted, and how they are kept and compared. Nothing here is for within a write transaction."""

import secrets
import threading
from functools import cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.problems import Invalid
from schemas.unicode import nfc

LEAST, MOST = 12, 200  # characters
Fault = Literal["short", "long", "address", "unreadable"]
FAULTS: dict[Fault, str] = {
    "short": f"at least {LEAST} characters",
    "long": f"at most {MOST} characters",
    "address": "it must not be the e-mail address",
    "unreadable": "it holds characters that cannot be stored",
}
# argon2id with the parameters of RFC 9106, its second choice: 64 MiB for each hash that is made or compared.
_HASHER = PasswordHasher()
# However many sign in at once, memory for this many is taken.
_TURNS = threading.BoundedSemaphore(2)


def fault(password: str, email: str) -> Fault | None:
    """Return what keeps `password` from being the one of `email`, or `None`."""
    if len(password) > 3 * MOST:  # Hangul in pieces takes three characters for one
        return "long"
    try:
        characters = len(_composed(password).decode())
    except ValueError:
        return "unreadable"
    if characters < LEAST:
        return "short"
    if characters > MOST:
        return "long"
    return "address" if password.strip().casefold() == email.strip().casefold() else None


def hashed(password: str, email: str) -> str:
    """Return a new password as it is kept; raise `Invalid` for one that is not accepted."""
    found = fault(password, email)
    if found:
        raise Invalid.at("/password", FAULTS[found])
    with _TURNS:
        return _HASHER.hash(_composed(password))


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether `password` is the kept one. Where none is kept, it takes as long to say no."""
    nobody = _nobodys()
    try:
        with _TURNS:
            _HASHER.verify(kept or nobody, _composed(password[: 3 * MOST]))
    except (VerificationError, InvalidHashError, ValueError):
        return False
    return kept is not None


def renewed(kept: str, password: str) -> str | None:
    """Return the right password hashed anew, if it was kept with other parameters than today's."""
    if not _HASHER.check_needs_rehash(kept):
        return None
    with _TURNS:
        return _HASHER.hash(_composed(password))


def _composed(password: str) -> bytes:
    # NFC, as RFC 8265 (OpaqueString) has it: Hangul comes composed from some systems and in pieces from others.
    return nfc(password).encode()


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_bytes(32))
