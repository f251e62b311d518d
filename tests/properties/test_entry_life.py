"""The life of an entry, its drafts and schedules, whatever is done in whatever order, compared with a plain model."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import auditing
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.conftest import Clock
from tests.properties.entry_model import alike
from tests.properties.life import alive
from tests.properties.life_of_drafts import DraftSteps
from tests.properties.life_of_publications import PublicationSteps

# Of the examples of the profile, so few: each is a life of many steps.
SHARE = {"sqlite": 12, "postgresql": 33}


class Life(DraftSteps, PublicationSteps):
    """Everything that can happen to an entry, and what must be so after each step."""

    @alive
    @invariant()
    def editors_see_what_the_model_says(self) -> None:
        seen, model = self.api.entry(self.id), self.model
        assert seen["etag"] == self.entry["etag"], "only a change of the entry itself makes its ETag stale"
        assert (seen["slug"], seen["date"], seen["tags"]) == (model.slug, model.date, list(model.tags))
        korean, english = seen["texts"]["ko"], seen["texts"]["en"]
        assert (korean["title"], korean["body"]) == (model.source.title, model.source.body)
        assert (korean["revision"], korean["published_revision"]) == (len(model.sources), model.public.get("ko"))
        assert (english is not None) == bool(model.english)
        if english:
            last = model.english[-1]
            assert (english["title"], english["body"], english["origin"]) == (last.title, last.body, last.origin)
            assert (english["revision"], english["published_revision"]) == (len(model.english), model.public.get("en"))
            outdated = last.is_outdated(model.source)
            assert (english["outdated"], english["reordered"]) == (outdated, not outdated and last.fits != model.source)
        assert [each["id"] for each in seen["drafts"]] == list(model.drafts)[::-1]

    @alive
    @invariant()
    def schedules_are_listed_as_the_model_says(self) -> None:
        seen = self.api.entry(self.id)["schedules"]
        wanted = self.model.schedules.listed
        # Of one request, all languages are listed under one time; in which order says nothing.
        assert sorted(each["id"] for each in seen) == sorted(key for key, _ in wanted)
        assert [each["at"] for each in seen] == [self.time(schedule.hour) for _, schedule in wanted]
        for each in seen:
            schedule = self.model.schedules.made[each["id"]]
            assert (each["action"], each["locale"], each["state"]) == (schedule.action, schedule.locale, schedule.state)
            assert (each["revision"], each["at"]) == (schedule.pinned, self.time(schedule.hour))
            assert bool(each["reason"]) == (schedule.state == "failed")

    @alive
    @invariant()
    def drafts_are_in_the_models_states(self) -> None:
        for key, draft in self.model.drafts.items():
            seen = self.api.draft(key)
            assert (seen["state"], seen["supersedes"]) == (draft.state, draft.supersedes)
            assert seen["superseded_by"] == draft.superseded_by
            assert {each["source"] for each in seen["segments"]} == set(draft.targets)
            for each in seen["segments"]:
                target = draft.targets[each["source"]]
                assert (each["target"], each["state"], each["origin"]) == (target.text, target.state, target.origin)
                found = [(wish["source"], wish["target"], wish["score"]) for wish in each["suggestions"]]
                wanted = [(source, text, round(alike(source, each["source"]))) for source, text in target.suggestions]
                assert sorted(found) == sorted(wanted)
                assert [score for _, _, score in found] == sorted((score for _, _, score in found), reverse=True)

    @invariant()
    def readers_get_what_the_model_says(self) -> None:
        wanted = self.model.readable()
        for locale in ("ko", "en"):
            answer = self.api.http.get(f"/v1/news/{self.model.slug}?locale={locale}")
            assert (answer.status_code == 200) == (locale in wanted), answer.text
            if locale in wanted:
                item = answer.json()
                assert (item["title"], item["body"], item["translation"]["outdated"]) == wanted[locale]
                assert item["date"] == self.model.date
                assert [tag["slug"] for tag in item["tags"]] == list(self.model.tags)

    def teardown(self) -> None:
        """All that is stored is as it must be, to the bytes that readers get; nothing is left to a later example."""
        with self.database.read() as connection:
            assert auditing.faults(connection) == []
        if not self.gone:
            self.api.ok("DELETE", f"entries/{self.id}", etag="*")
        assert Worker(self.database, Chain(())).work_once() is False


@pytest.mark.filterwarnings("default::hypothesis.errors.HypothesisWarning")
def test_the_life_of_an_entry(
    api: Api, database: Database, clock: Clock, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    """States, revisions, ETags, schedules and what readers get are the model's, after any sequence of steps."""
    caplog.set_level("CRITICAL")
    make: Callable[[], Life] = lambda: Life(api, database, clock)  # noqa: E731
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        make,
        settings=settings(
            max_examples=settings().max_examples // SHARE[backend],
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
