"""What engines take from settings, checked: a message names the setting, and never what it holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

Options = Mapping[str, str]
"""Setting names without `HANMI_`, and their values without blanks at the edges; none is empty."""

_PRICE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?([A-Z]{3})", re.ASCII)


@dataclass(frozen=True)
class Price:
    """What a million characters of source cost, in a `currency` of ISO 4217."""

    per_million: Decimal
    currency: str


def address(setting: str, value: str) -> str:
    """Return the http(s) address `value` without a last slash; raise `ValueError` naming `setting`, not the value."""
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or any(mark.isspace() or mark < " " for mark in value):
        raise ValueError(f"{setting} must be an address with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{setting} must not hold a user name or password")
    if parts.query or parts.fragment:
        raise ValueError(f"{setting} must not hold a query or fragment")
    return value.rstrip("/")


def optional_address(setting: str, options: Options) -> str | None:
    """Return the address that `setting` holds, if any; raise `ValueError` as `address` does."""
    return address(setting, options[setting]) if setting in options else None


def key(setting: str, options: Options) -> str:
    """Return the key that `setting` holds; raise `ValueError` naming the setting for what no header can carry."""
    value = options[setting]
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(f"{setting} must be letters, digits and marks of ASCII, without spaces")
    return value


def optional_key(setting: str, options: Options) -> str | None:
    """Return the key that `setting` holds, if any; raise `ValueError` as `key` does."""
    return key(setting, options) if setting in options else None


def optional_price(setting: str, options: Options) -> Price | None:
    """Return the price that `setting` holds, as in `20 EUR`, if any; raise `ValueError` for what is no price."""
    if setting not in options:
        return None
    found = _PRICE.fullmatch(options[setting])
    if found is None:
        raise ValueError(f"{setting} must be what a million characters cost and a currency, as in 20 EUR")
    return Price(Decimal(found[1]), found[2])


def optional_number(setting: str, options: Options, most: int) -> int | None:
    """Return the whole number from 1 to `most` that `setting` holds, if any; raise `ValueError` for anything else."""
    if setting not in options:
        return None
    value = options[setting]
    if not (value.isascii() and value.isdecimal() and len(value) < 19 and 1 <= int(value) <= most):
        raise ValueError(f"{setting} must be a whole number from 1 to {most:,}")
    return int(value)
