"""Where a request comes from: told by trusted proxies, and by nobody else."""

from types import SimpleNamespace
from typing import Any

import pytest
from litestar import Request

from content_api.http.proxies import caller_address
from content_api.settings import SettingsError, load

LONG = "k" * 40


def asked(client: str, forwarded: list[str], trusted: str) -> str:
    settings = load({"HANMI_SECRET_KEY": LONG, "HANMI_TRUSTED_PROXIES": trusted})
    app = SimpleNamespace(state=SimpleNamespace(services=SimpleNamespace(settings=settings)))
    scope: Any = {
        "type": "http",
        "app": app,
        "litestar_app": app,
        "client": (client, 1234),
        "headers": [(b"x-forwarded-for", line.encode()) for line in forwarded],
    }
    return caller_address(Request(scope))


@pytest.mark.parametrize(
    ("client", "forwarded", "trusted", "address"),
    [
        ("192.0.2.7", ["203.0.113.9"], "", "192.0.2.7"),
        ("192.0.2.7", ["203.0.113.9"], "192.0.2.0/24", "203.0.113.9"),
        ("192.0.2.7", ["1.1.1.1, 203.0.113.9"], "192.0.2.0/24", "203.0.113.9"),
        ("192.0.2.7", ["1.1.1.1", "203.0.113.9,10.0.0.1"], "192.0.2.0/24, 10.0.0.1", "203.0.113.9"),
        ("192.0.2.7", ["nonsense"], "192.0.2.7", "nonsense"),
        ("192.0.2.7", [], "192.0.2.7", "192.0.2.7"),
        ("::1", ["2001:db8::1"], "::1,127.0.0.1", "2001:db8::1"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "10.0.0.0/8", "203.0.113.9"),
        ("198.51.100.1", ["203.0.113.9"], "192.0.2.0/24", "198.51.100.1"),
    ],
)
def test_an_address_is_believed_from_trusted_proxies_only(
    client: str, forwarded: list[str], trusted: str, address: str
) -> None:
    """Whoever makes up `X-Forwarded-For` gains nothing: what the nearest trusted proxy saw counts."""
    assert asked(client, forwarded, trusted) == address


@pytest.mark.parametrize("trusted", ["nginx", "10.0.0.1/8", "10.0.0.0/33"])
def test_what_is_no_network_is_refused_at_start(trusted: str) -> None:
    """A proxy is named by its address or network."""
    with pytest.raises(SettingsError, match="HANMI_TRUSTED_PROXIES: "):
        load({"HANMI_TRUSTED_PROXIES": trusted})
