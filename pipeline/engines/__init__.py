"""The engines there are, and how settings make them. Nothing is imported for an engine that is not asked for.

Another engine is a module here, an entry in `ENGINES`, and a line in `tests/pipeline/engines/conftest.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.engines.base import Engine

Options = Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One engine: its line in the docs, the settings it cannot do without, those it may have, and its maker."""

    name: str
    description: str
    make: Callable[[Options], Engine]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


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
    return Papago(*client, optional_address("PAPAGO_URL", options) or URL)


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
            takes=("DEEPL_URL",),
        ),
        Entry(
            "llm",
            "A language model at any address with OpenAI's chat completions, also on a machine of your own.",
            _llm,
            needs=("LLM_URL", "LLM_MODEL"),
            takes=("LLM_API_KEY", "LLM_STYLE"),
        ),
        Entry(
            "papago",
            "Papago, through NAVER Cloud; polite in Korean.",
            _papago,
            needs=("PAPAGO_CLIENT_ID", "PAPAGO_CLIENT_SECRET"),
            takes=("PAPAGO_URL",),
        ),
        Entry(
            "microsoft",
            "Microsoft's Translator, with a key of Azure's; its free quota is the largest.",
            _microsoft,
            needs=("MICROSOFT_API_KEY",),
            takes=("MICROSOFT_REGION", "MICROSOFT_URL"),
        ),
        Entry(
            "libre",
            "LibreTranslate, on a machine of your own or hosted.",
            _libre,
            needs=("LIBRE_URL",),
            takes=("LIBRE_API_KEY",),
        ),
        Entry("google", "Google's public page, without a key; may break or refuse at any time.", _google),
        Entry(
            "mymemory",
            "MyMemory, without a key and for a few pages a day; what it is sent it may keep.",
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
        engines.append(entry.make(given))
    return engines


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
