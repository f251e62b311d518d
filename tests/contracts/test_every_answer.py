"""Whatever is sent to whichever operation, by a fuzzer that reads the OpenAPI document: no 5xx, and answers that fit.

Half of the requests name what is there, so that more than refusals is seen.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from content_api.settings import Settings
from tests.client import Api
from tests.contracts.delivery.making import EN, KO, published
from tests.server import Server
from tests.waiting import until

REQUESTS = 10  # for each operation and way to go about it
CHECKS = """
[checks]
# A cursor, a key used before or a text that cannot be composed is refused, though its type is right.
positive_data_acceptance.enabled = false
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 415, 422, 428]
missing_required_header.expected-statuses = [400, 401, 404, 422, 428]
"""
# One never ends; one would take away the key that is asked with.
LEFT_OUT = ("editorialFollow", "editorialRevokeKey")


@pytest.mark.parametrize("who", ["signed in", "nobody"])
def test_no_request_breaks_an_operation(
    settings: Settings, make_key: Callable[..., str], tmp_path: Path, who: str
) -> None:
    """Right and wrong, in every place of every operation, signed in and not: each answer is as the document says."""
    key = make_key("admin")
    with Server(settings) as server, httpx.Client(base_url=server.url, trust_env=False, timeout=60) as http:
        there = furnished(Api(http, key))
        config = tmp_path / "schemathesis.toml"
        config.write_text(CHECKS + dictionaries(there))
        sent = ["--header", f"Authorization: Bearer {key}"] if who == "signed in" else []
        done = fuzz(server.url, config, *sent)
        assert done.returncode == 0, done.stdout
        assert "Tested: " in done.stdout
        assert http.get("/readyz").status_code == 200
        assert '"level":"error"' not in server.log


def furnished(api: Api) -> Mapping[str, Sequence[str]]:
    """Make some of everything; return by what each parameter names it."""
    entries = [published(api, slug="thanks", tags=["veterans"]), api.create(slug="plan", texts={"ko": KO, "en": EN})]
    drafts = [api.ask(entry["id"]) for entry in entries]
    until(lambda: [api.draft(each["id"])["state"] for each in drafts], lambda states: set(states) == {"needs_review"})
    segments = [segment["id"] for each in drafts for segment in api.draft(each["id"])["segments"]]
    wish = {"locales": ["ko"], "at": "2100-01-01T00:00:00Z"}
    scheduled = api.ok("POST", f"entries/{entries[1]['id']}/publish", wish, etag="*")["schedules"]
    term = api.ok("POST", "glossary", {"ko": "동맹", "en": "alliance"})
    return {
        "path.entry_id": [each["id"] for each in entries],
        "path.draft_id": [each["id"] for each in drafts],
        "path.segment_id": segments,
        "path.schedule_id": [each["id"] for each in scheduled],
        "path.term_id": [term["id"]],
        "path.slug": ["thanks", "plan", "veterans"],
        "path.number": ["1", "2"],
        "path.name": ["news.json", "news.atom", "news.rss", "history.json"],
        "header.If-Match": ["*", '"1"', api.entry(entries[0]["id"])["etag"]],
        "query.q": ["감사", "thanks", "ㄱㅅ", "1953년 7월"],
        "query.url": [f"{api.http.base_url}/embed/news", f"{api.http.base_url}/v1/news/thanks"],
        "query.tag": ["veterans"],
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


def fuzz(url: str, config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Send the fuzzer's requests: the same ones in every run."""
    left_out = [part for name in LEFT_OUT for part in ("--exclude-operation-id", name)]
    as_ever = ["--max-examples", str(REQUESTS), "--generation-deterministic", "--continue-on-failure"]
    quietly = ["--no-color", "--warnings", "off", "--request-timeout", "30"]
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{url}/openapi.json"]
    command += [*as_ever, *quietly, *left_out, *options]
    return subprocess.run(command, cwd=config.parent, capture_output=True, text=True)
