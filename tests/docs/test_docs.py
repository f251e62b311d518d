"""The documentation says what is there."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from content_api.settings import Settings
from tests.client import get
from tests.server import Server, hanmi

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Paths of this project in running text: they begin with one of its folders.
PATHS = re.compile(r"`((?:content_api|pipeline|schemas|migrations|tests|seeds|docs|\.ci)/[\w./-]*)`")
MODULES = re.compile(r"`([a-z_]+/)?([a-z_]+\.py)`")
LINKS = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_only_what_is_there(page: Path) -> None:
    """Every path and every link of a page leads to a file or folder of the project."""
    text = page.read_text(encoding="utf-8")
    named = [ROOT / path for path in PATHS.findall(text)] + [page.parent / link for link in LINKS.findall(text)]
    missing = sorted(str(path.relative_to(ROOT)) for path in named if not path.exists())
    assert missing == []


def test_architecture_names_no_module_that_is_not_there() -> None:
    """A module that ARCHITECTURE.md names without its folder is somewhere in the project."""
    there = {path.name for folder in ("content_api", "pipeline", "schemas") for path in (ROOT / folder).rglob("*.py")}
    named = {name for _, name in MODULES.findall((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))}
    assert named
    assert named - there - {path.name for path in (ROOT / "tests").rglob("*.py")} == set()


def test_generated_pages_are_true() -> None:
    """Settings, errors, checks, engines, commands and scopes are documented as the code has them."""
    made = subprocess.run([sys.executable, "-m", "docs.generate", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


def test_the_calls_of_the_readme_answer_as_it_says(settings: Settings, server: Server) -> None:
    """On the seeded database the README's two calls give the answers that stand under them."""
    assert hanmi(settings, "seed").returncode == 0
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    calls = re.findall(r"curl 'http://127\.0\.0\.1:8000([^']+)'\n```\n\n```json\n(.*?)```", readme, re.DOTALL)
    assert len(calls) == 2
    for path, shown in calls:
        answer = get(server.url + path).json()
        wanted = json.loads(shown)
        if wanted.get("next"):
            wanted["next"] = answer["next"]
        assert {name: answer[name] for name in wanted} == wanted
