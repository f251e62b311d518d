"""What the buttons of an entry's form do: each is one function of `workflow`, under the scope it needs."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from content_api.desk.entry_form import Refused, Said, Typed
from content_api.storage.database import Transaction
from content_api.workflow import drafting, history, publishing, revisions, scheduling
from content_api.workflow.accounts import Principal
from schemas.accounts import Scope
from schemas.entries import Action, DraftWish
from schemas.language import LOCALES, Locale


@dataclass(frozen=True)
class Press:
    """A button that was pressed: by whom, on which entry, about what (a language, `both`, or a schedule's id)."""

    who: Principal
    entry_id: str
    about: str
    form: Typed
    zone: dt.tzinfo

    @property
    def locales(self) -> list[Locale]:
        """The languages it is about."""
        return [locale for locale in LOCALES if self.about in (locale, "both")]

    @property
    def moment(self) -> dt.datetime:
        """The time that was entered, which is one of the association's clock; raise `Refused` for none."""
        name = f"at_{self.about}"
        try:
            return dt.datetime.fromisoformat(self.form.at[self.locales[0]]).replace(tzinfo=self.zone)
        except (ValueError, IndexError):
            raise Refused({name: Said("wrong_time")}) from None


@dataclass(frozen=True)
class Act:
    """What a button does. One that `saves` saves first what was typed; else that is kept unsaved."""

    scope: Scope
    saves: bool
    run: Callable[[Transaction, Press], None]


def _publish(tx: Transaction, press: Press) -> None:
    publishing.publish(tx, press.entry_id, press.locales, None)


def _withdraw(tx: Transaction, press: Press) -> None:
    publishing.withdraw(tx, press.entry_id, press.locales, None)


def _schedule(action: Action) -> Callable[[Transaction, Press], None]:
    def run(tx: Transaction, press: Press) -> None:
        if press.moment <= tx.now:
            raise Refused({f"at_{press.about}": Said("wrong_time")})
        scheduling.add(tx, press.who, press.entry_id, action, press.locales, press.moment, None)

    return run


def _unschedule(tx: Transaction, press: Press) -> None:
    scheduling.cancel(tx, press.entry_id, press.about)


def _confirm(tx: Transaction, press: Press) -> None:
    for locale in press.locales:
        history.confirm(tx, press.who, press.entry_id, locale, None)


def _draft(tx: Transaction, press: Press) -> None:
    at = revisions.lock_entry(tx, press.entry_id, None)
    for locale in press.locales:
        # One that is open already, perhaps asked for by the save just before, is the one that is wanted.
        drafting.ask(tx, press.who, at, DraftWish(target_locale=locale), pointer="", reuse_open=True)


ACTS: Mapping[str, Act] = {
    "publish": Act("publish", saves=True, run=_publish),
    "withdraw": Act("publish", saves=False, run=_withdraw),
    "schedule": Act("publish", saves=True, run=_schedule("publish")),
    "retire": Act("publish", saves=False, run=_schedule("withdraw")),
    "unschedule": Act("publish", saves=False, run=_unschedule),
    "confirm": Act("review", saves=False, run=_confirm),
    "draft": Act("entries:write", saves=True, run=_draft),
}
