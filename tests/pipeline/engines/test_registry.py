"""Engines made from settings."""

from decimal import Decimal

import pytest

from pipeline.engines import ENGINES, build, price
from pipeline.engines.options import Price


def test_engines_come_in_the_order_named() -> None:
    """The chain is what the setting says, and nothing is on by default."""
    options = {"LIBRE_URL": " http://libre.internal:5000/ ", "LIBRE_API_KEY": ""}
    assert [engine.name for engine in build(["pseudo", "libre", "google"], options)] == ["pseudo", "libre", "google"]
    assert build([], options) == []


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["bing"], {}, "no engine 'bing'; there are deepl, llm, papago, microsoft, libre, google, mymemory, pseudo"),
        (["libre"], {}, "the engine libre needs LIBRE_URL"),
        (["libre"], {"LIBRE_URL": "  "}, "the engine libre needs LIBRE_URL"),
        (["deepl"], {}, "the engine deepl needs DEEPL_API_KEY"),
        (["deepl"], {"DEEPL_API_KEY": "비밀 secret"}, "DEEPL_API_KEY must be letters"),
        (["deepl"], {"DEEPL_API_KEY": "k", "DEEPL_URL": "secret"}, "DEEPL_URL must be an address"),
        (["llm"], {"LLM_URL": "http://localhost/v1"}, "the engine llm needs LLM_MODEL"),
        (["papago"], {}, "the engine papago needs PAPAGO_CLIENT_ID and PAPAGO_CLIENT_SECRET"),
        (["microsoft"], {}, "the engine microsoft needs MICROSOFT_API_KEY"),
        (["mymemory"], {"MYMEMORY_EMAIL": "a b"}, "MYMEMORY_EMAIL must be"),
        (["llm"], {"LLM_URL": "http://localhost/v1", "LLM_MODEL": "m", "LLM_PRICE": "1,000"}, "LLM_PRICE must be"),
        (["pseudo", "pseudo"], {}, "named twice"),
        (["libre"], {"LIBRE_URL": "ftp://host"}, "LIBRE_URL must be an address"),
        (["libre"], {"LIBRE_URL": "host:5000"}, "LIBRE_URL must be an address"),
        (["libre"], {"LIBRE_URL": "http://"}, "LIBRE_URL must be an address"),
        (["libre"], {"LIBRE_URL": "http://host:99999"}, "LIBRE_URL must be an address"),
        (["libre"], {"LIBRE_URL": "http://ho st"}, "LIBRE_URL must be an address"),
        (["libre"], {"LIBRE_URL": "http://[::1"}, "LIBRE_URL must be an address"),
        (["libre"], {"LIBRE_URL": "http://me:secret@host"}, "must not hold a user name"),
        (["libre"], {"LIBRE_URL": "http://host/?api_key=secret"}, "must not hold a query"),
    ],
)
def test_a_wrong_setting_is_named(names: list[str], options: dict[str, str], message: str) -> None:
    """The message says which setting or engine, and no secret."""
    with pytest.raises(ValueError, match=message.replace("?", r"\?")) as caught:
        build(names, options)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("deepl", {}, Price(Decimal(20), "EUR")),
        ("deepl", {"DEEPL_PRICE": "25.50 USD"}, Price(Decimal("25.50"), "USD")),
        ("papago", {"PAPAGO_PRICE": "20000KRW", "DEEPL_PRICE": "1 EUR"}, Price(Decimal(20000), "KRW")),
        ("libre", {}, None),
    ],
)
def test_what_an_engine_costs(name: str, options: dict[str, str], expected: Price | None) -> None:
    """The price is the setting's, else the usual one where there is one."""
    assert price(name, options) == expected


def test_the_table_is_fit_for_the_docs() -> None:
    """Every engine has a description of one line, and settings in capitals under its name."""
    for name, entry in ENGINES.items():
        assert entry.name == name
        assert entry.description.endswith(".")
        assert "\n" not in entry.description
        assert all(setting == setting.upper() for setting in entry.settings)
        assert all(setting.startswith(name.upper()) for setting in entry.settings)
