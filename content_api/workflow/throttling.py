"""How often something that can be guessed was tried of late, and how long the next try has to wait.

A try is counted before anybody looks whether it is right, so that many at once are no way around it.
"""

import datetime as dt
import hashlib
import ipaddress
import math
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from schemas.problems import TooManyAttempts

f = tables.sign_in_failure.c
# The first wait; each further one is twice as long.
FIRST_WAIT = dt.timedelta(seconds=5)
FORGOTTEN_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many failures cost nothing, and how long the longest wait is: others must not be kept out for ever."""

    free: int
    longest: dt.timedelta

    def wait(self, failures: int) -> dt.timedelta:
        """Return how long the next try has to wait after so many failures."""
        if failures < self.free:
            return dt.timedelta()
        doubled: int = 2 ** min(failures - self.free, 30)
        return min(FIRST_WAIT * doubled, self.longest)


# One account from one place: somebody guesses, and may wait. Its owner, elsewhere, does not wait with them.
OF_BOTH = Limit(5, dt.timedelta(minutes=15))
# One account from everywhere: many places guess together.
OF_ACCOUNT = Limit(100, dt.timedelta(seconds=30))
# An office, or a whole town behind its provider's address, shares one.
OF_ADDRESS = Limit(25, dt.timedelta(minutes=5))


@dataclass(frozen=True)
class Tried:
    """What a try is counted under: the account it names, there or not, where it comes from, and the two together."""

    account: str
    address: str
    both: str

    @classmethod
    def by(cls, email: str, address: str) -> "Tried":
        """Return it for an e-mail address as it was typed, which may be a password in the wrong field: hashed."""
        hashed = hashlib.sha256(email.encode("utf-8", "surrogatepass")).hexdigest()
        network = _network(address)
        return cls(f"account {hashed}", f"address {network}", f"both {hashed} {network}")

    @property
    def limits(self) -> dict[str, Limit]:
        """The limits, in the order in which their rows are locked."""
        return {self.account: OF_ACCOUNT, self.address: OF_ADDRESS, self.both: OF_BOTH}


def count(tx: Transaction, tried: Tried) -> None:
    """Count one more failure; raise `TooManyAttempts`, counting nothing, where one has to wait first."""
    tx.execute(delete(tables.sign_in_failure).where(f.last_at < tx.now - FORGOTTEN_AFTER))
    for about in tried.limits:
        tx.insert_unless_there(tables.sign_in_failure, {"about": about, "failures": 0, "last_at": tx.now})
    mine = f.about.in_(tried.limits)
    rows = tx.execute(select(tables.sign_in_failure).where(mine).order_by(f.about).with_for_update()).all()
    left = max(row.last_at + tried.limits[row.about].wait(row.failures) - tx.now for row in rows)
    if left > dt.timedelta():
        seconds = math.ceil(left.total_seconds())
        raise TooManyAttempts(f"Try again in {seconds} seconds.", headers={"Retry-After": str(seconds)})
    tx.execute(update(tables.sign_in_failure).where(mine).values(failures=f.failures + 1, last_at=tx.now))


def forgive(tx: Transaction, tried: Tried) -> None:
    """Take back what `count` counted for a try that was right, and all earlier failures of its account."""
    tx.execute(delete(tables.sign_in_failure).where(f.about.in_([tried.account, tried.both])))
    of_address = (f.about == tried.address) & (f.failures > 0)
    tx.execute(update(tables.sign_in_failure).where(of_address).values(failures=f.failures - 1))


def _network(address: str) -> str:
    """Return what stands for one place: an IPv4 address, or the /64 that an IPv6 host may move about in."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
