"""What `hanmi doctor` looks at on the machine: settings, folder, secret key, backups, engines."""

import datetime as dt
import shutil
import stat
from pathlib import Path
from tempfile import TemporaryFile

from content_api.diagnosis.finding import Finding, Findings
from content_api.settings import SHORTEST_KEY, Settings
from pipeline import engines
from pipeline.engines.base import EngineError
from pipeline.engines.briefing import Briefing

LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000  # bytes
OLD_BACKUP = dt.timedelta(days=7)


def checks(settings: Settings, *, online: bool) -> Findings:
    """Yield what was found; unless `online` nobody is asked over the network."""
    for check in (_public_address, _data_folder, _secret_key, _backups, _engines):
        yield from check(settings)
    if online:
        yield from _engines_online(settings)


def _public_address(settings: Settings) -> Findings:
    if settings.public_url:
        yield Finding("ok", "public address", settings.public_url)
    else:
        do = "set HANMI_PUBLIC_URL to where callers reach this service: absolute addresses are made from it"
        yield Finding("warning", "public address", "not set", do)


def _data_folder(settings: Settings) -> Findings:
    folder = Path(settings.data_dir).absolute()
    if not folder.is_dir():
        yield Finding("failed", "data folder", f"{folder} is not there", "run hanmi migrate, or set HANMI_DATA_DIR")
        return
    try:
        TemporaryFile(dir=folder).close()
    except OSError as fault:
        do = f"give the service's user leave to write in {folder}"
        yield Finding("failed", "data folder", f"{folder} cannot be written to: {fault.strerror}", do)
        return
    free = shutil.disk_usage(folder).free
    said = f"{folder}, {free / 1e9:,.1f} GB free"
    if free < LITTLE_SPACE:
        do = "make room: without any, nothing can be saved"
        yield Finding("failed" if free < NO_SPACE else "warning", "data folder", said, do)
    else:
        yield Finding("ok", "data folder", said)


def _secret_key(settings: Settings) -> Findings:
    path = Path(settings.data_dir).absolute() / "secret_key"
    if settings.secret_key:
        yield Finding("ok", "secret key", "from HANMI_SECRET_KEY")
    elif not path.exists():
        yield Finding("ok", "secret key", "none yet; the server makes one when it starts")
    elif len(path.read_bytes()) < SHORTEST_KEY:
        do = f"remove {path}: a new one is made; cursors that callers hold end"
        yield Finding("failed", "secret key", f"shorter than {SHORTEST_KEY} characters", do)
    elif mode := stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("failed", "secret key", f"others may read it (mode {mode:03o})", f"run chmod 600 {path}")
    else:
        yield Finding("ok", "secret key", f"in {path}, for its owner alone")


def _backups(settings: Settings) -> Findings:
    folder = Path(settings.data_dir).absolute() / "backups"
    if not folder.is_dir():
        return
    made = [path.stat().st_mtime for path in folder.glob("hanmi-*") if path.suffix in (".db", ".dump")]
    if not made:
        yield Finding("warning", "backups", f"none in {folder}", "run hanmi backup")
        return
    age = dt.timedelta(seconds=dt.datetime.now(dt.UTC).timestamp() - max(made))
    said = f"the last one is {age.days} days old" if age.days else "the last one is of today"
    yield (
        Finding("warning", "backups", said, "run hanmi backup") if age > OLD_BACKUP else Finding("ok", "backups", said)
    )


def _engines(settings: Settings) -> Findings:
    names = settings.engine_names
    found = ", ".join(names) + "; their settings are complete" if names else "none: drafts come from the memory alone"
    yield Finding("ok", "engines", found)


def _engines_online(settings: Settings) -> Findings:
    for engine in engines.build(settings.engine_names, settings.options):
        try:
            engine.translate(["안녕하세요."], "ko", "en", settings.engine_timeout, Briefing())
        except EngineError as fault:
            do = "see its settings in docs/engines.md, and whether this machine reaches it"
            yield Finding("failed", f"engine {engine.name}", fault.reason, do)
        else:
            yield Finding("ok", f"engine {engine.name}", "answers")
