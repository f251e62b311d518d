"""The environment: each variable is validated with a message that names it, and the secret key is made once."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from content_api import settings as environment
from content_api.settings import Settings, SettingsError, load
from tests.server import clean_environment

# What is tested is the environment, and the key that an installation with SQLite makes.
BACKENDS = ("sqlite",)
LONG = "0123456789abcdef0123456789abcdef"


def test_everything_is_optional() -> None:
    """Without any variable there is SQLite in ./var, Korean first, on port 8000 of this machine, and no engine."""
    settings = load({})
    assert settings.url == f"sqlite:///{Path('var').absolute() / 'hanmi.db'}"
    assert (settings.host, settings.port, settings.default_locale) == ("127.0.0.1", 8000, "ko")
    assert settings.engine_names == []


def test_a_variable_that_is_set_but_empty_counts_as_not_set() -> None:
    """`HANMI_PORT=` in a file of settings means the default."""
    assert load({"HANMI_PORT": "", "HANMI_ENGINES": "", "HANMI_DEFAULT_LOCALE": ""}) == load({})


def test_variables_of_others_are_none_of_our_business() -> None:
    """Only what begins with HANMI_ is read."""
    assert load({"PORT": "x", "DATABASE_URL": "x"}) == load({})


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("PORT", "1", "port", 1),
        ("PORT", "65535", "port", 65535),
        ("DEFAULT_LOCALE", "en", "default_locale", "en"),
        ("ENGINES", " pseudo , google ", "engine_names", ["pseudo", "google"]),
        ("ENGINE_TIMEOUT", "2.5", "engine_timeout", 2.5),
        ("CACHE_MAX_AGE", "0", "cache_max_age", 0),
        ("LOG_LEVEL", "debug", "log_level", "debug"),
        ("PUBLIC_URL", "https://hanmi.example.org/api", "public_url", "https://hanmi.example.org/api"),
        (
            "ITEM_URL_NEWS",
            "https://a.example/{locale}/{slug}",
            "item_urls",
            {"news": "https://a.example/{locale}/{slug}"},
        ),
        ("ITEM_URL_MISSION", "http://a.example/?id={id}", "item_urls", {"mission": "http://a.example/?id={id}"}),
        ("SITE_NAME_EN", "Us", "site_names", {"ko": "한미동맹협의회", "en": "Us"}),
        ("DATABASE_URL", "sqlite:////srv/hanmi.db", "url", "sqlite:////srv/hanmi.db"),
        ("LIBRE_URL", "http://localhost:5000", "options", {"LIBRE_URL": "http://localhost:5000"}),
    ],
)
def test_good_values_are_taken(name: str, value: str, field: str, expected: object) -> None:
    """A value within its rule arrives with its type."""
    assert getattr(load({f"HANMI_{name}": value}), field) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"PORT": "http"}, "HANMI_PORT: "),
        ({"PORT": "0"}, "HANMI_PORT: "),
        ({"PORT": "65536"}, "HANMI_PORT: "),
        ({"DEFAULT_LOCALE": "fr"}, "HANMI_DEFAULT_LOCALE: "),
        ({"ENGINE_TIMEOUT": "0"}, "HANMI_ENGINE_TIMEOUT: "),
        ({"ENGINE_TIMEOUT": "nan"}, "HANMI_ENGINE_TIMEOUT: "),
        ({"ENGINE_TIMEOUT": "1e9"}, "HANMI_ENGINE_TIMEOUT: "),
        ({"CACHE_MAX_AGE": "-1"}, "HANMI_CACHE_MAX_AGE: "),
        ({"CACHE_MAX_AGE": "1h"}, "HANMI_CACHE_MAX_AGE: "),
        ({"LOG_LEVEL": "loud"}, "HANMI_LOG_LEVEL: "),
        ({"PUBLIC_URL": "hanmi.example.org"}, "HANMI_PUBLIC_URL: "),
        ({"PUBLIC_URL": "https://"}, "HANMI_PUBLIC_URL: "),
        ({"PUBLIC_URL": "http://["}, "HANMI_PUBLIC_URL: "),
        ({"PUBLIC_URL": "https://한미.example"}, "HANMI_PUBLIC_URL: "),
        ({"PUBLIC_URL": f"https://a.example/{'a' * 1000}"}, "HANMI_PUBLIC_URL: "),
        ({"ITEM_URL_NEWS": "/news/{slug}"}, "HANMI_ITEM_URL_NEWS: "),
        ({"ITEM_URL_NEWS": "javascript:alert('{slug}')"}, "HANMI_ITEM_URL_NEWS: "),
        ({"ITEM_URL_NEWS": "https://a.example/news"}, "HANMI_ITEM_URL_NEWS: "),
        ({"ITEM_URL_HISTORY": "https://a.example/{slug}/{name}"}, "HANMI_ITEM_URL_HISTORY: "),
        ({"ITEM_URL_MISSION": "https://a.example/{slug} "}, "HANMI_ITEM_URL_MISSION: "),
        ({"ITEM_URL_NOTES": "https://a.example/{slug}"}, "HANMI_ITEM_URL_NOTES is not a setting"),
        ({"DATABASE_URL": "mysql://localhost/hanmi"}, "HANMI_DATABASE_URL: "),
        ({"DATABASE_URL": "sqlite:///"}, "HANMI_DATABASE_URL: "),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "HANMI_DATABASE_URL: "),
        ({"DATABASE_URL": "postgresql://localhost/hanmi"}, "HANMI_SECRET_KEY: "),
        ({"SECRET_KEY": "short"}, "HANMI_SECRET_KEY: "),
        ({"ENGINES": "babelfish"}, "HANMI_ENGINES: there is no engine 'babelfish'"),
        ({"ENGINES": "pseudo,pseudo"}, "HANMI_ENGINES: "),
        ({"ENGINES": "libre"}, "LIBRE_URL"),
        ({"ENGINES": "libre", "LIBRE_URL": "localhost"}, "LIBRE_URL"),
        ({"PROT": "80"}, "HANMI_PROT is not a setting"),
        ({"options": "x"}, "HANMI_options is not a setting"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_by_name(given: dict[str, str], message: str) -> None:
    """The message is one line and names the variable."""
    with pytest.raises(SettingsError) as refused:
        load({f"HANMI_{name}": value for name, value in given.items()})
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("given", [{"SECRET_KEY": "hush"}, {"ENGINES": "libre", "LIBRE_API_KEY": "hush"}])
def test_no_message_tells_a_secret(given: dict[str, str]) -> None:
    """A wrong key is named, not shown."""
    with pytest.raises(SettingsError) as refused:
        load({f"HANMI_{name}": value for name, value in given.items()})
    assert "hush" not in str(refused.value)


def test_the_file_of_settings_is_read_and_overruled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` in the working folder counts, and the process's own environment counts more."""
    (tmp_path / ".env").write_text("HANMI_PORT=1111\nHANMI_HOST=0.0.0.0\nOTHER=x\n")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HANMI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HANMI_HOST", "::1")
    settings = load()
    assert (settings.port, settings.host) == (1111, "::1")


def test_a_file_of_settings_that_is_no_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `.env` that is not UTF-8 is one clear message."""
    (tmp_path / ".env").write_bytes("HANMI_PUBLIC_URL=https://한미.kr".encode("euc-kr"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"^\.env cannot be read"):
        load()


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """The first call makes it, with mode 600 whatever the umask; later ones, of any process, read the same."""
    settings = load({"HANMI_DATA_DIR": str(tmp_path / "new" / "folder")})
    before = os.umask(0)
    try:
        key = settings.key()
    finally:
        os.umask(before)
    path = Path(settings.data_dir) / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == key == settings.key()
    assert len(key) >= 32
    assert os.listdir(settings.data_dir) == ["secret_key"]


def test_processes_that_start_together_have_one_key(settings: Settings) -> None:
    """Whoever comes first, nobody reads half a key: all sign alike."""
    code = "from content_api.settings import load; import sys; sys.stdout.write(load().key().decode())"
    command = [sys.executable, "-c", code]
    started = [
        subprocess.Popen(command, env=clean_environment(settings), stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    keys = {process.communicate(timeout=120)[0] for process in started}
    assert keys == {settings.key().decode()}


def test_another_process_never_reads_half_a_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that asks while another is making the key gets a whole one, and both get the same."""
    make = environment.secrets.token_urlsafe
    read: list[bytes] = []

    def meanwhile(size: int) -> str:
        monkeypatch.setattr(environment.secrets, "token_urlsafe", make)
        read.append(settings.key())
        return make(size)

    monkeypatch.setattr(environment.secrets, "token_urlsafe", meanwhile)
    assert [settings.key()] == read


@pytest.mark.parametrize("content", ["", "short"])
def test_a_key_file_that_is_cut_off_is_refused(settings: Settings, content: str) -> None:
    """A file too short to guard anything is named instead of used."""
    path = Path(settings.data_dir) / "secret_key"
    path.write_text(content)
    with pytest.raises(SettingsError, match="secret_key holds no key"):
        settings.key()


def test_a_key_that_is_set_is_used_and_none_is_made(tmp_path: Path) -> None:
    """With `HANMI_SECRET_KEY` nothing is written."""
    settings = load({"HANMI_DATA_DIR": str(tmp_path), "HANMI_SECRET_KEY": LONG})
    assert settings.key() == LONG.encode()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../Seoul", "Asia", "+09:00"])
def test_a_zone_that_is_none_is_named(zone: str) -> None:
    """The service does not start with a clock nobody knows."""
    with pytest.raises(SettingsError, match=r"HANMI_TIMEZONE: a zone such as Asia/Seoul"):
        load({"HANMI_TIMEZONE": zone})


def test_the_association_lives_in_seoul() -> None:
    """Unless it is told otherwise."""
    assert load({}).zone.key == "Asia/Seoul"
    assert load({"HANMI_TIMEZONE": "UTC"}).zone.key == "UTC"
