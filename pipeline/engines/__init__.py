"""The engines there are, and how settings make them. Nothing is imported for an engine that is not asked for.

Another engine is a module here, an entry in `ENGINES`, and a line in `tests/pipeline/engines/conftest.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.engines.base import Engine
from pipeline.engines.chain import Chain
from pipeline.engines.limits import MOST_AT_ONCE, ONE_AT_A_TIME, Limits
from pipeline.engines.options import (
    Options,
    Price,
    address,
    key,
    optional_address,
    optional_key,
    optional_number,
    optional_price,
)


@dataclass(frozen=True)
class Entry:
    """One engine: its line in the docs, the settings it cannot do without, those it may have, and its maker.

    `price` and `limits` are the usual ones, which settings override: one for each of `BOUNDS`.
    """

    name: str
    description: str
    make: Callable[[Options], Engine]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    price: Price | None = None
    limits: Limits = ONE_AT_A_TIME

    @property
    def settings(self) -> tuple[str, ...]:
        """Every setting of the engine, without `HANMI_`."""
        return (*self.needs, *self.takes, *(f"{self.name.upper()}_{bound}" for bound in BOUNDS))


BOUNDS = {
    "AT_ONCE": "how many requests it may be asked at a time",
    "PER_MINUTE": "how many requests it may be asked in a minute, evenly spread",
    "DAILY_CHARACTERS": "how many characters it may be sent in a day (UTC), by all workers together",
}
"""What bounds any engine, by the end of its setting's name."""


def _google(options: Options) -> Engine:
    from pipeline.engines.google import Google

    return Google()


def _libre(options: Options) -> Engine:
    from pipeline.engines.libre import Libre

    return Libre(address("LIBRE_URL", options["LIBRE_URL"]), optional_key("LIBRE_API_KEY", options))


def _deepl(options: Options) -> Engine:
    from pipeline.engines.deepl import DeepL

    return DeepL(key("DEEPL_API_KEY", options), optional_address("DEEPL_URL", options))


def _llm(options: Options) -> Engine:
    from pipeline.engines.llm import LLM

    url, style = address("LLM_URL", options["LLM_URL"]), options.get("LLM_STYLE", "")
    return LLM(url, options["LLM_MODEL"], optional_key("LLM_API_KEY", options), style)


def _microsoft(options: Options) -> Engine:
    from pipeline.engines.microsoft import URL, Microsoft

    region, url = optional_key("MICROSOFT_REGION", options), optional_address("MICROSOFT_URL", options)
    return Microsoft(key("MICROSOFT_API_KEY", options), region, url or URL)


def _mymemory(options: Options) -> Engine:
    from pipeline.engines.mymemory import MyMemory

    return MyMemory(optional_key("MYMEMORY_EMAIL", options))


def _papago(options: Options) -> Engine:
    from pipeline.engines.papago import URL, Papago

    client = key("PAPAGO_CLIENT_ID", options), key("PAPAGO_CLIENT_SECRET", options)
    url, glossary = optional_address("PAPAGO_URL", options), optional_key("PAPAGO_GLOSSARY_KEY", options)
    return Papago(*client, url or URL, glossary)


def _pseudo(options: Options) -> Engine:
    from pipeline.engines.pseudo import Pseudo

    return Pseudo()


ENGINES: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            "deepl",
            "DeepL, free or paid, with the glossary and the whole entry as context.",
            _deepl,
            needs=("DEEPL_API_KEY",),
            takes=("DEEPL_URL", "DEEPL_PRICE"),
            price=Price(Decimal(20), "EUR"),  # of the paid plan, beside its monthly fee
            limits=Limits(at_once=4),
        ),
        Entry(
            "llm",
            "A language model at any address with OpenAI's chat completions, also on a machine of your own.",
            _llm,
            needs=("LLM_URL", "LLM_MODEL"),
            takes=("LLM_API_KEY", "LLM_STYLE", "LLM_PRICE"),
            limits=Limits(at_once=4),
        ),
        Entry(
            "papago",
            "Papago, through NAVER Cloud; polite in Korean.",
            _papago,
            needs=("PAPAGO_CLIENT_ID", "PAPAGO_CLIENT_SECRET"),
            takes=("PAPAGO_URL", "PAPAGO_GLOSSARY_KEY", "PAPAGO_PRICE"),
            limits=Limits(at_once=4),
        ),
        Entry(
            "microsoft",
            "Microsoft's Translator, with a key of Azure's.",
            _microsoft,
            needs=("MICROSOFT_API_KEY",),
            takes=("MICROSOFT_REGION", "MICROSOFT_URL", "MICROSOFT_PRICE"),
            limits=Limits(at_once=4),
        ),
        Entry(
            "libre",
            "LibreTranslate, on a machine of your own or hosted.",
            _libre,
            needs=("LIBRE_URL",),
            takes=("LIBRE_API_KEY", "LIBRE_PRICE"),
            limits=Limits(at_once=2),  # it works on the processor of one machine
        ),
        Entry("google", "Google's public page, without a key; may break or refuse at any time.", _google),
        Entry(
            "mymemory",
            "MyMemory's public memory, without a key; 5,000 characters a day, or 50,000 with an e-mail address.",
            _mymemory,
            takes=("MYMEMORY_EMAIL",),
        ),
        Entry("pseudo", "A made-up, marked translation for demonstrations and tests; asks nobody.", _pseudo),
    )
}


def build(names: Sequence[str], options: Options) -> list[Engine]:
    """Return the named engines in order, made from `options` (setting names without `HANMI_`).

    Raises `ValueError`, naming engine or setting and never a key, for an engine that is unknown or named twice and for
    a setting that is missing or wrong.
    """
    given = {name: value.strip() for name, value in options.items() if value.strip()}
    engines: list[Engine] = []
    for name in names:
        entry = ENGINES.get(name)
        if entry is None:
            raise ValueError(f"there is no engine {name!r}; there are {', '.join(ENGINES)}")
        if names.count(name) > 1:
            raise ValueError(f"the engine {name} is named twice")
        missing = [setting for setting in entry.needs if setting not in given]
        if missing:
            raise ValueError(f"the engine {name} needs {' and '.join(missing)}")
        price(name, given)
        limits(name, given)
        engines.append(entry.make(given))
    return engines


def chain(names: Sequence[str], options: Options, timeout: float) -> Chain:
    """Return the named engines as one chain within their limits; raise `ValueError` as `build` does."""
    return Chain(build(names, options), timeout, limits={name: limits(name, options) for name in names})


def price(name: str, options: Options) -> Price | None:
    """Return what the engine `name` costs: what its setting says, or its usual price; None if free, or unknown.

    Raises `ValueError` naming the setting if it is no price.
    """
    return optional_price(f"{name.upper()}_PRICE", options) or ENGINES[name].price


def limits(name: str, options: Options) -> Limits:
    """Return what bounds the requests to the engine `name`: what its settings say, or its usual limits.

    Raises `ValueError` naming the setting if it is no number that fits.
    """
    usual, setting = ENGINES[name].limits, f"{name.upper()}_{{}}".format
    return Limits(
        optional_number(setting("AT_ONCE"), options, MOST_AT_ONCE) or usual.at_once,
        optional_number(setting("PER_MINUTE"), options, 60_000) or usual.per_minute,
        optional_number(setting("DAILY_CHARACTERS"), options, 10**12) or usual.daily_characters,
    )
