"""Steps in the life of an entry: it is published and withdrawn, now or at a time to come, changed and deleted."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.life import LOCALES, PICK, Steps, alive

HOURS = st.integers(-1, 4)


class PublicationSteps(Steps):
    """What a publisher does."""

    @alive
    @rule(locales=LOCALES)
    def publish(self, locales: list[str]) -> None:
        works = set(locales) <= set(self.model.newest)
        public = self.model.public | {locale: self.model.newest[locale] for locale in locales if works}
        self.on_entry("POST", "/publish", {"locales": locales}, works=works, changes=public != self.model.public)
        self.model.public = public

    @alive
    @rule(locales=LOCALES)
    def unpublish(self, locales: list[str]) -> None:
        public = {locale: n for locale, n in self.model.public.items() if locale not in locales}
        self.on_entry("POST", "/unpublish", {"locales": locales}, changes=public != self.model.public)
        self.model.public = public

    @alive
    @rule(locales=LOCALES, hours=HOURS)
    def schedule_a_publication(self, locales: list[str], hours: int) -> None:
        works = set(locales) <= set(self.model.newest)
        pins: dict[str, int | None] = {locale: self.model.newest[locale] for locale in locales if works}
        self._schedule("publish", "publish", locales, pins, hours, works=works)

    @alive
    @rule(locales=LOCALES, hours=HOURS)
    def schedule_a_withdrawal(self, locales: list[str], hours: int) -> None:
        self._schedule("unpublish", "withdraw", locales, dict.fromkeys(locales), hours, works=True)

    def _schedule(
        self, path: str, action: str, locales: list[str], pins: dict[str, int | None], hours: int, *, works: bool
    ) -> None:
        hour = self.model.schedules.now + hours
        to_come = hours >= 0
        body = {"locales": locales, "at": self.time(hour)}
        self.on_entry("POST", f"/{path}", body, works=works and to_come, fails=409 if to_come else 422)
        if works and to_come:
            shown = {(each["action"], each["locale"]): each["id"] for each in self.entry["schedules"]}
            for made in self.model.schedules.ask(action, pins, hour):
                assert shown[action, made.locale] not in self.model.schedules.made
                self.model.schedules.made[shown[action, made.locale]] = made

    @precondition(lambda self: not self.gone and self.model.schedules.made)
    @rule(pick=PICK)
    def cancel_a_schedule(self, pick: int) -> None:
        made = list(self.model.schedules.made.items())[::-1]
        key, schedule = made[pick % len(made)]
        works = schedule.is_listed
        self.call("DELETE", f"entries/{self.id}/schedules/{key}", None, None, works=works, fails=404)
        if works:
            schedule.state = "cancelled"
            self.changed_otherwise()

    @alive
    @rule(
        slug=st.sampled_from(["", "-again", "-anew"]),
        date=st.sampled_from(["1953", "1953-07-27", None]),
        tags=st.lists(st.sampled_from(["a", "b"]), unique=True),
    )
    def rename(self, slug: str, date: str | None, tags: list[str]) -> None:
        self.model.slug, self.model.date, self.model.tags = self.slug + slug, date, tuple(tags)
        self.on_entry("PATCH", "", {"slug": self.slug + slug, "date": date, "tags": tags})

    @alive
    @rule(sure=st.integers(0, 9).map(lambda n: n == 0))
    def delete(self, sure: bool) -> None:
        if sure:
            self.call("DELETE", f"entries/{self.id}", None, self.entry["etag"], works=True)
            self.gone, self.model.public = True, {}
            self.model.schedules.cancel_all()
            for draft in self.model.drafts.values():
                draft.state = "cancelled"

    @precondition(lambda self: self.gone)
    @rule(pick=PICK)
    def look_for_what_is_gone(self, pick: int) -> None:
        self.call("GET", f"entries/{self.id}", None, None, works=False, fails=404)
        self.call("PATCH", f"entries/{self.id}", {}, "*", works=False, fails=404)
        for key in list(self.model.drafts)[pick:]:
            self.call("POST", f"drafts/{key}/retry", None, "*", works=False, fails=404)
        for key in list(self.model.schedules.made)[pick:]:
            self.call("DELETE", f"entries/{self.id}/schedules/{key}", None, None, works=False, fails=404)
