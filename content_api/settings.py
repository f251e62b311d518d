"""The environment, typed and validated at start. Every variable is optional and begins with `HANMI_`."""

import logging
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from dotenv import dotenv_values
from msgspec import Meta, Struct

from pipeline import engines
from schemas.entries import KINDS, Kind
from schemas.language import Locale

PREFIX = "HANMI_"
log = logging.getLogger("hanmi.settings")
SHORTEST_KEY = 32  # characters
# How `hanmi serve --no-worker` tells the server processes it starts; not a setting.
NO_WORKER = "_HANMI_NO_WORKER"


class SettingsError(ValueError):
    """A setting is wrong; the message names it and says what is wanted."""


class Settings(Struct, frozen=True, kw_only=True):
    """What an operator may set. The comment behind each field is its line in the docs."""

    data_dir: str = "./var"  # where the database and the secret key lie
    database_url: str = ""  # `sqlite:///…` or `postgresql://…`; SQLite in `DATA_DIR` without it
    host: str = "127.0.0.1"  # the address to listen on
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000  # the port to listen on
    public_url: str = ""  # where callers reach this service, for absolute addresses
    item_url_news: str = ""  # where a site shows a news item: `https://example.org/{locale}/news/{slug}`, also `{id}`
    item_url_history: str = ""  # where it shows an item of the history; feeds, sitemap and embeds lead there
    item_url_mission: str = ""  # where it shows a mission
    site_name_ko: str = "한미동맹협의회"  # who publishes, as feeds and embeds name it in Korean
    site_name_en: str = "US & Korea Alliance Association"  # the same in English
    default_locale: Locale = "ko"  # what a reader gets who asks for no language
    timezone: str = "Asia/Seoul"  # the zone whose times the desk shows and takes, as the IANA names it
    secret_key: str = ""  # signs cursors; made once in `DATA_DIR`; required with PostgreSQL
    morphology: Literal["kiwi", "none"] = (
        "kiwi"  # how search reads Korean; `none` saves 300 MB and finds less (`hanmi reindex` after a change to it)
    )
    engines: str = ""  # the chain, for example `libre,google`; empty: no unpublished text leaves unasked
    engine_timeout: Annotated[float, Meta(gt=0, le=600)] = 30.0  # seconds an engine has for one request
    cache_max_age: Annotated[int, Meta(ge=0, le=31_536_000)] = 60  # seconds a reader may keep an answer
    trusted_proxies: str = ""  # addresses or networks, by comma, whose `X-Forwarded-For` tells where a request is from
    log_level: str = "info"  # debug, info, warning, error
    options: dict[str, str] = {}  # the engines' own settings, by name without the prefix

    @property
    def url(self) -> str:
        """The database's address for SQLAlchemy."""
        if not self.database_url:
            return f"sqlite:///{Path(self.data_dir).absolute() / 'hanmi.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """The networks of proxies that are trusted; raises `ValueError` where one is none."""
        return [ip_network(each.strip()) for each in self.trusted_proxies.split(",") if each.strip()]

    def address(self, host: str = "", port: int = 0) -> str:
        """Return where callers reach the service: `PUBLIC_URL`, else where it listens, without a slash at its end."""
        host = host or self.host
        listening = f"http://{f'[{host}]' if ':' in host else host}:{port or self.port}"
        return self.public_url.rstrip("/") or listening

    @property
    def item_urls(self) -> dict[Kind, str]:
        """Where a site shows the items of a kind, for the kinds it shows: addresses with names in braces."""
        given: dict[Kind, str] = {kind: getattr(self, f"item_url_{kind}") for kind in KINDS}
        return {kind: template for kind, template in given.items() if template}

    @property
    def site_names(self) -> dict[Locale, str]:
        """Who publishes, in each language."""
        return {"ko": self.site_name_ko, "en": self.site_name_en}

    @property
    def engine_names(self) -> list[str]:
        """The chain of engines, in order."""
        return [name.strip() for name in self.engines.split(",") if name.strip()]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the association."""
        return ZoneInfo(self.timezone)

    def key(self) -> bytes:
        """Return the secret key, making it once (mode 600) where none is set and SQLite is used."""
        if self.secret_key:
            return self.secret_key.encode()
        path = Path(self.data_dir) / "secret_key"
        if not path.exists():
            _make_key(path)
        key = path.read_bytes()
        if len(key) < SHORTEST_KEY:
            raise SettingsError(f"{path} holds no key of {SHORTEST_KEY} characters; remove it and a new one is made")
        return key


def _make_key(path: Path) -> None:
    """Write a new key, unless another process was first: nobody ever reads half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix="secret_key.") as file:  # such files have mode 600
        file.write(secrets.token_urlsafe(48).encode())
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)


# Promised names that nothing reads yet: an environment made for them must not keep the service from starting.
PLANNED = re.compile(
    r"DATABASE_REPLICA_URL|WEBSUB_HUB|MEDIA_URL|SMTP_URL|ALLOWED_HOSTS|"
    r"(?:DEEPL|PAPAGO|LLM)_\w+"
)
# What stands in braces in the address of an item, and how long an address may be: a sitemap takes 2,048 characters, of
# which a slug of Hangul may take 900.
PLACE = re.compile(r"\{([^{}]*)\}")
PLACES = {"slug", "id", "locale"}
LONGEST_ADDRESS = 1_000
LOG_LEVELS = ("debug", "info", "warning", "error")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings from `environment` (without it: `.env`, overruled by the process's own).

    Raises `SettingsError` for a value that is not allowed and for a variable nobody knows.
    """
    if environment is None:
        environment = _dotenv() | dict(os.environ)
    given = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
    fields = {name.upper() for name in Settings.__struct_fields__ if name != "options"}
    unknown = sorted(set(given) - fields - engine_options())
    for name in unknown:
        if not PLANNED.fullmatch(name):
            raise SettingsError(f"{PREFIX}{name} is not a setting of Hanmi; docs/settings.md lists them")
        log.warning("%s%s has no effect yet", PREFIX, name)
    values: dict[str, Any] = {name.lower(): value for name, value in given.items() if name in fields and value != ""}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as fault:
        message, _, path = str(fault).partition(" - at `$.")
        raise SettingsError(f"{PREFIX}{path.rstrip('`').upper()}: {message}") from None
    settings = msgspec.structs.replace(settings, options={name: given[name] for name in engine_options() & set(given)})
    _validate(settings)
    return settings


def _dotenv() -> dict[str, str]:
    try:
        return {name: value or "" for name, value in dotenv_values(".env").items()}
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f".env cannot be read: {fault}") from None


def engine_options() -> set[str]:
    """Return the names of the engines' own settings, without the prefix."""
    return {name for entry in engines.ENGINES.values() for name in entry.settings}


def _validate(settings: Settings) -> None:
    _validate_database(settings)
    if settings.log_level not in LOG_LEVELS:
        raise SettingsError(f"{PREFIX}LOG_LEVEL: one of {', '.join(LOG_LEVELS)}")
    if settings.secret_key and len(settings.secret_key) < SHORTEST_KEY:
        raise SettingsError(f"{PREFIX}SECRET_KEY: at least {SHORTEST_KEY} characters")
    _validate_addresses(settings)
    try:
        _ = settings.proxies
    except ValueError as fault:
        raise SettingsError(f"{PREFIX}TRUSTED_PROXIES: {fault}") from None
    try:
        _ = settings.zone
    except (ValueError, OSError, KeyError):  # a path, a folder of zones, or nothing of the kind
        raise SettingsError(f"{PREFIX}TIMEZONE: a zone such as Asia/Seoul or UTC, known on this machine") from None
    try:
        engines.build(settings.engine_names, settings.options)
    except ValueError as fault:
        raise SettingsError(f"{PREFIX}ENGINES: {fault}") from None


def _validate_database(settings: Settings) -> None:
    if not settings.url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(f"{PREFIX}DATABASE_URL: an address that begins with postgresql:// or sqlite:///")
    if settings.url in ("sqlite:///", "sqlite:///:memory:"):
        raise SettingsError(f"{PREFIX}DATABASE_URL: SQLite needs a file, as in sqlite:////srv/hanmi/hanmi.db")
    if settings.url.startswith("postgresql") and not settings.secret_key:
        raise SettingsError(f"{PREFIX}SECRET_KEY: required with PostgreSQL, the same for every process")
    if settings.url.startswith("postgresql") and find_spec("psycopg") is None:
        raise SettingsError(f"{PREFIX}DATABASE_URL: PostgreSQL needs the extra: pip install 'hanmi[postgres]'")


def _validate_addresses(settings: Settings) -> None:
    if settings.public_url and not _is_address(settings.public_url):
        raise SettingsError(f"{PREFIX}PUBLIC_URL: an address that begins with https:// or http:// and names a host")
    for kind, template in settings.item_urls.items():
        name = f"{PREFIX}ITEM_URL_{kind.upper()}"
        if not _is_address(template):
            raise SettingsError(f"{name}: an address that begins with https:// or http:// and names a host")
        named = set(PLACE.findall(template))
        if not named & {"slug", "id"} or not named <= PLACES:
            raise SettingsError(f"{name}: has {{slug}} or {{id}} in it, perhaps {{locale}}, and no other braces")


def _is_address(value: str) -> bool:
    """Tell whether others can be sent to an address: one that feeds can hold, and short enough for a sitemap."""
    try:
        parts = urlsplit(value)
        whole = value.isascii() and not re.search(r"[\s<>\"]", value) and len(value) <= LONGEST_ADDRESS
        return parts.scheme in ("http", "https") and bool(parts.hostname) and whole
    except ValueError:
        return False


def serves_with_worker() -> bool:
    """Tell whether this server process runs a worker too; `hanmi serve --no-worker` turns it off."""
    return os.environ.get(NO_WORKER) != "1"
