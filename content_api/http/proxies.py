"""Where a request comes from, when it comes through proxies: told by those the operator trusts, and by no other."""

import ipaddress
from typing import Any

from litestar import Request

from content_api.http.services import Services

FORWARDED = "x-forwarded-for"


def caller_address(request: Request[Any, Any, Any]) -> str:
    """Return the address of whoever asks: the last one in `X-Forwarded-For` that is not a trusted proxy's.

    Whatever stands before that one anybody may have made up.
    """
    services: Services = request.app.state.services
    trusted = services.settings.proxies
    address = request.client.host if request.client else ""
    before = [each.strip() for line in request.headers.getall(FORWARDED, []) for each in line.split(",")]
    while before and _is_among(address, trusted):
        address = before.pop()
    return address


def _is_among(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A socket for both families shows IPv4 callers as `::ffff:10.0.0.1`.
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in network for network in networks)
