"""Writes the parts of the docs that are made from the code; with `--check` it only tells whether they are true.

python -m docs.generate [--check]
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from content_api import cli, settings
from content_api.settings import Settings
from pipeline.checks import CHECKS
from pipeline.engines import BOUNDS, ENGINES
from schemas.accounts import ROLE_FOR
from schemas.problems import catalogue

HERE = Path(__file__).parent
NOTICE = "<!-- Made by `make format` from the code; edit the code, not this page. -->\n\n"


def main() -> None:
    """Write every page, or fail naming those that are not true."""
    pages = {name: NOTICE + make() for name, make in PAGES.items()}
    stale = [name for name, text in pages.items() if not _is(HERE / name, text)]
    if "--check" in sys.argv:
        sys.exit(f"docs/{', docs/'.join(stale)}: not what the code says; run make format" if stale else 0)
    for name in stale:
        (HERE / name).write_text(pages[name], encoding="utf-8")


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def settings_page() -> str:
    """Return the table of settings: names and defaults from the struct, words from the comment behind each field."""
    rows = [
        (f"`{settings.PREFIX}{name.upper()}`", _default(value), comment) for name, value, comment in _fields(Settings)
    ]
    needed = {setting: (entry.name, setting in entry.needs) for entry in ENGINES.values() for setting in entry.settings}
    rows += [
        (f"`{settings.PREFIX}{setting}`", "", f"for the engine `{engine}`{'; required by it' if required else ''}")
        for setting, (engine, required) in needed.items()
    ]
    intro = "Every setting is an environment variable and optional; `.env` in the working directory is read too.\n\n"
    return "# Settings\n\n" + intro + _table(("variable", "default", "what it is"), rows)


def errors_page() -> str:
    """Return the table of problems."""
    rows = [
        (str(kind.status), f"`/problems/{kind.slug}`", (kind.__doc__ or "").strip().splitlines()[0])
        for kind in catalogue()
    ]
    return "# Errors\n\nEvery error is a problem document (RFC 9457).\n\n" + _table(("status", "type", "when"), rows)


def checks_page() -> str:
    """Return the table of quality checks, and what each says more."""
    rows = [(f"`{check.name}`", check.severity, check.title) for check in CHECKS]
    intro = "What is looked for in every segment, in this order. An undismissed error holds approval back.\n\n"
    more = "".join(f"\n## `{check.name}`\n\n{check.title} {check.explanation}".rstrip() + "\n" for check in CHECKS)
    return "# Checks\n\n" + intro + _table(("check", "severity", "what it looks for"), rows) + more


def engines_page() -> str:
    """Return the table of engines."""
    rows = [
        (
            f"`{entry.name}`",
            entry.description,
            ", ".join(f"`{settings.PREFIX}{need}`" for need in entry.needs),
            ", ".join(f"`{settings.PREFIX}{setting}`" for setting in entry.takes),
            str(entry.limits.at_once),
        )
        for entry in ENGINES.values()
    ]
    bounds = [(f"`HANMI_…_{bound}`", meaning) for bound, meaning in BOUNDS.items()]
    intro = "`HANMI_ENGINES` names the chain, first choice first; without it nothing leaves the house. "
    intro += (
        "`HANMI_…_PRICE` is what a million characters cost, as in `20 EUR`, which is taken for DeepL's paid plan "
        "without the setting.\n\n"
    )
    found = "# Engines\n\n" + intro + _table(("engine", "what it is", "needs", "takes", "requests at a time"), rows)
    found += "\n## Limits\n\nWhat an engine may not take any more goes to the next one of the chain.\n\n"
    return found + _table(("setting", "what it bounds"), bounds)


def commands_page() -> str:
    """Return the help of every command."""
    parts = ["# Commands\n"]
    for path, command in _commands(cli.hanmi, "hanmi"):
        context = click.Context(command, info_name=path, max_content_width=100)
        parts.append(f"## `{path}`\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def scopes_page() -> str:
    """Return the table of scopes."""
    rows = [(f"`{scope}`", role) for scope, role in ROLE_FOR.items()]
    return "# Scopes\n\nA key may do what its scopes and its account's role both allow.\n\n" + _table(
        ("scope", "role at least"), rows
    )


def _commands(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, group
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            if command := group.get_command(context, name):
                yield from _commands(command, f"{path} {name}")


def _fields(shape: type) -> Iterator[tuple[str, object, str]]:
    """Yield name, default and comment of every field of a struct that has a comment behind it."""
    source = inspect.getsource(shape)
    lines = source.splitlines()
    body = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            comment = lines[node.lineno - 1].partition("  # ")[2]
            if name != "options":
                yield name, getattr(shape(), name), comment


def _default(value: object) -> str:
    return f"`{value}`" if value != "" else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PAGES = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "checks.md": checks_page,
    "engines.md": engines_page,
    "commands.md": commands_page,
    "scopes.md": scopes_page,
}

if __name__ == "__main__":
    main()
