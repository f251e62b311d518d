"""A site's developer makes TypeScript types of the OpenAPI document, and reads with them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client import Api, http_to
from tests.contracts.delivery.making import EN, KO, published
from tests.npm import package
from tests.server import Server
from tests.waiting import until

# What is tested is the document and the compiler.
BACKENDS = ("sqlite",)
READER = Path(__file__).parent / "typescript" / "reader.mts"
STRICT = [
    "--strict",
    "--noUncheckedIndexedAccess",
    "--exactOptionalPropertyTypes",
    "--noPropertyAccessFromIndexSignature",
]
FOR_NODE = ["--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a program in TypeScript and the packages that it needs."""
    packages = package("typescript").parent
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "node_modules").symlink_to(packages)
    shutil.copy(READER, folder)
    return folder


def test_types_are_made_and_read_with(server: Server, make_key: Callable[..., str], site: Path) -> None:
    """Types made by `openapi-typescript` pass `tsc --strict`; a program written with them reads, and is refused."""
    with http_to(server.url) as http:
        api = Api(http, make_key("admin"))
        published(api, slug="thanks", date="2026-11-11")
        published(api, "ko", slug="korean", date="2020", texts={"ko": KO | {"title": "옛 감사"}})
        until(lambda: http.get("/v1/search?q=감사&locale=ko").json().get("total"), lambda total: total == 2)
    run(site, "openapi-typescript", f"{server.url}/openapi.json", "-o", "api.d.ts")
    run(site, "tsc", *STRICT, *FOR_NODE, READER.name)
    found = json.loads(run(site, "node", "reader.mjs", server.url))
    assert found == {
        "english": [EN["title"]],
        "both": [f"{KO['title']} / {EN['title']}", "옛 감사 / …"],
        "item": {
            "body": "<p>The first sentence.</p>\n<p>The second one.</p>\n",
            "origin": "human",
            "ko": "/v1/news/thanks?locale=ko",
        },
        "search": {"total": 2, "marked": ["옛 <mark>감사</mark>", "<mark>감사의</mark> 날"], "news": 2},
        "unknown": [],
        "feed": {"tags": 0, "summary": KO["summary"]},
        "refused": {"status": 400, "parameter": "limit"},
    }


def run(folder: Path, program: str, *arguments: str) -> str:
    """Run a program of the folder's packages, or of the system; return what it printed."""
    own = folder / "node_modules" / ".bin" / program
    command: list[Any] = [own if own.exists() else program, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
