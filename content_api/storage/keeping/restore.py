"""Puts a backup in the place of the present database: checked whole before anything is touched, then all at once."""

from pathlib import Path

import msgspec
from sqlalchemy import Connection, inspect, select, update

from content_api.storage import checksum, schema, tables
from content_api.storage.checksum import Sums
from content_api.storage.database import Database, new_id
from content_api.storage.keeping.backup import Manifest, manifest_path, sha256, sums_at
from content_api.storage.keeping.keeper import BackupFault, keeper_of
from content_api.storage.progress import Progress
from content_api.storage.schema import SchemaError


def restore(url: str, file: Path, *, force: bool, told: Progress) -> Sums:
    """Make the database at `url` what the backup holds, brought to the present schema; return what that is.

    A new log begins: cursors from before would tell of a history that this database does not have. Jobs that were
    running are queued again. Raises `BackupFault`, having changed nothing, for a file that is no backup, is damaged
    or of a newer version, for a database that others have open, and, without `force`, for one that holds anything.
    """
    keeper = keeper_of(url)
    manifest = _manifest(file)
    if manifest is not None:
        _must_be_what_was_written(file, manifest, keeper.kind)
    with keeper.held() as present:
        if not force and _holds_anything(present):
            raise BackupFault("the database is not empty; --force lets the backup take its place")
        with keeper.rebuilt(file, told) as prepared:
            if manifest is not None and sums_at(prepared, told) != manifest.tables:
                raise BackupFault(f"{file}: it does not hold what was backed up")
            _bring_up_to_date(prepared, file)
            sums = sums_at(prepared, told)
            keeper.replace(present, prepared, told)
            if checksum.of(present, told) != sums:
                raise BackupFault("what was restored is not what the backup holds; restore it again")
            present.commit()
    return sums


def _manifest(file: Path) -> Manifest | None:
    """Return the manifest beside a backup, or `None` where somebody moved the file away from it."""
    beside = manifest_path(file)
    if not beside.exists():
        return None
    try:
        return msgspec.json.decode(beside.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as fault:
        raise BackupFault(f"{beside}: it is not what hanmi backup wrote: {fault}") from None


def _must_be_what_was_written(file: Path, manifest: Manifest, kind: str) -> None:
    if manifest.database != kind:
        raise BackupFault(
            f"{file}: it is a backup of {manifest.database}, and HANMI_DATABASE_URL names {kind}; "
            "hanmi export and hanmi import lead from one to the other"
        )
    if sha256(file) != manifest.sha256:
        raise BackupFault(f"{file}: it is damaged: its checksum is not that in {manifest_path(file).name}")


def _holds_anything(present: Connection) -> bool:
    """Tell whether anything ever happened here: every change of state writes its event."""
    if not inspect(present).has_table("log"):
        return bool(inspect(present).get_table_names())
    return bool(present.execute(select(tables.log.c.seq)).scalar())


def _bring_up_to_date(prepared: str, file: Path) -> None:
    """Migrate what was restored, begin its log anew, give back the jobs that no worker holds any more.

    Sessions and one-time links end: those that were ended since the backup must not come back with it.
    """
    try:
        schema.migrate(prepared)
    except SchemaError:
        raise BackupFault(f"{file}: it was made by a newer version of Hanmi") from None
    database = Database(prepared)
    try:
        with database.write() as tx:
            job = tables.job
            tx.execute(update(tables.log).values(id=new_id()))
            tx.execute(update(job).where(job.c.state == "running").values(state="queued", lease_until=None))
            for table, ended in ((tables.session, "ended_at"), (tables.sign_in_link, "used_at")):
                tx.execute(update(table).where(table.c[ended].is_(None)).values({ended: tx.now}))
            tx.emit("database.restored")
    finally:
        database.close()
