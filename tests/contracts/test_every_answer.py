"""Whatever is sent to whichever operation, by a fuzzer that reads the OpenAPI document: no 5xx, and answers that fit.

Half of the requests name what is there, so that more than refusals is seen.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from content_api.settings import Settings
from tests.client import Api, http_to
from tests.contracts.delivery.making import EN, KO, published
from tests.postgres import only_on
from tests.server import Server
from tests.waiting import until

REQUESTS = 6  # for each operation and way to go about it
CHECKS = f"""
hooks = {json.dumps(str(Path(__file__).with_name("fuzzing.py")))}
[checks]
# `fits_the_document` in its place knows of `fields`.
response_schema_conformance.enabled = false
# A cursor, a key used before or a text that cannot be composed is refused, though its type is right.
positive_data_acceptance.enabled = false
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 415, 422, 428]
missing_required_header.expected-statuses = [400, 401, 404, 422, 428]
"""
# One never ends; one would take away the key that is asked with.
LEFT_OUT = ("editorialFollow", "editorialRevokeKey")


@pytest.fixture
def served(settings: Settings, make_key: Callable[..., str]) -> Iterator[tuple[Server, str]]:
    """A server, and an admin's key; it is still well in the end."""
    with Server(settings) as server, http_to(server.url) as http:
        yield server, make_key("admin")
        assert http.get("/readyz").status_code == 200
        assert '"level":"error"' not in server.log


def test_no_request_breaks_an_operation(served: tuple[Server, str], tmp_path: Path) -> None:
    """Right and wrong, in every place of every operation, with an admin's key: each answer is as the document says."""
    server, key = served
    held(fuzz(server, key, tmp_path, "--header", f"Authorization: Bearer {key}"))


@only_on("sqlite")
def test_nobody_breaks_an_operation(served: tuple[Server, str], tmp_path: Path) -> None:
    """Without a key too, whatever is sent."""
    held(fuzz(*served, tmp_path, "--phases", "fuzzing"))


def held(done: subprocess.CompletedProcess[str]) -> None:
    """Fail with the fuzzer's own report where it found something, or tested nothing."""
    assert done.returncode == 0, done.stdout
    assert "Tested: " in done.stdout


def furnished(api: Api) -> Mapping[str, Sequence[str]]:
    """Make some of everything; return by what each parameter names it."""
    entries = [published(api, slug="thanks", tags=["veterans"]), api.create(slug="plan", texts={"ko": KO, "en": EN})]
    drafts = [api.ask(entry["id"]) for entry in entries]
    until(lambda: [api.draft(each["id"])["state"] for each in drafts], lambda states: set(states) == {"needs_review"})
    segments = [segment["id"] for each in drafts for segment in api.draft(each["id"])["segments"]]
    wish = {"locales": ["ko"], "at": "2100-01-01T00:00:00Z"}
    scheduled = api.ok("POST", f"entries/{entries[1]['id']}/publish", wish, etag="*")["schedules"]
    term = api.ok("POST", "glossary", {"ko": "동맹", "en": "alliance"})
    unit = api.ok("POST", "memory", {"ko": "함께 갑시다", "en": "We go together"})
    return {
        "path.entry_id": [each["id"] for each in entries],
        "path.draft_id": [each["id"] for each in drafts],
        "path.segment_id": segments,
        "path.schedule_id": [each["id"] for each in scheduled],
        "path.term_id": [term["id"]],
        "path.unit_id": [unit["id"]],
        "path.slug": ["thanks", "plan", "veterans"],
        "path.number": ["1", "2"],
        "path.name": ["news.json", "news.atom", "news.rss", "history.json"],
        "header.If-Match": ["*", '"1"', api.entry(entries[0]["id"])["etag"]],
        "query.q": ["감사", "thanks", "ㄱㅅ", "1953년 7월"],
        "query.url": [f"{api.http.base_url}/embed/news", f"{api.http.base_url}/v1/news/thanks"],
        "query.tag": ["veterans"],
        "query.fields": ["slug,title,date", "title", "slug,highlights"],
    }


def dictionaries(there: Mapping[str, Sequence[str]]) -> str:
    """Return the part of the configuration that names what is there; JSON's strings and lists are TOML's too."""
    named: list[str] = ["", "[dictionaries]"]
    used: list[str] = ["", "[parameters]"]
    for parameter, values in there.items():
        name = parameter.replace(".", "_")
        named.append(f"{name} = {{ values = {json.dumps(list(values), ensure_ascii=False)} }}")
        used.append(f'"{parameter}" = {{ dictionary = "{name}", probability = 0.5 }}')
    return "\n".join([*named, *used, ""])


def fuzz(server: Server, key: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Send the fuzzer's requests: the same ones in every run."""
    with http_to(server.url) as http:
        there = furnished(Api(http, key))
    config = folder / "schemathesis.toml"
    config.write_text(CHECKS + dictionaries(there))
    left_out = [part for name in LEFT_OUT for part in ("--exclude-operation-id", name)]
    as_ever = ["--max-examples", str(REQUESTS), "--generation-deterministic", "--continue-on-failure"]
    quietly = ["--no-color", "--warnings", "off", "--request-timeout", "30"]
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [f"{server.url}/openapi.json", *as_ever, *quietly, *left_out, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)
