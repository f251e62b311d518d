"""`doctor`: looks an installation over and says what to do."""

import sys
from collections.abc import Iterator, Sequence

import click

from content_api import settings as environment
from content_api.commands.base import JSON
from content_api.diagnosis import Finding, diagnose
from content_api.settings import SettingsError
from schemas.decoding import encode

COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}
# The mark comes first, so that nothing after it has to line up: Hangul is twice as wide as it is long.
MARK = 9


@click.command()
@click.option("--online", is_flag=True, help="Ask each configured engine for one short translation.")
@JSON
def doctor(*, online: bool, as_json: bool) -> None:
    """Look the installation over and say what to do; exit 1 when something failed."""
    findings = []
    for finding in _found(online=online):
        findings.append(finding)
        if not as_json:
            _show(finding)
    failed = any(finding.level == "failed" for finding in findings)
    click.echo(encode({"ok": not failed, "findings": findings}) if as_json else _sum(findings))
    sys.exit(failed)


def _found(*, online: bool) -> Iterator[Finding]:
    try:
        settings = environment.load()
    except SettingsError as fault:
        yield Finding("failed", "settings", str(fault), "docs/settings.md says what is allowed")
    else:
        yield from diagnose(settings, online=online)


def _show(finding: Finding) -> None:
    click.echo(click.style(f"{finding.level:{MARK}}", fg=COLOURS[finding.level]) + f"{finding.about}: {finding.found}")
    if finding.do:
        click.echo(f"{'':{MARK}}→ {finding.do}")


def _sum(findings: Sequence[Finding]) -> str:
    counts = {level: sum(each.level == level for each in findings) for level in COLOURS}
    return f"\n{counts['ok']} ok, {counts['warning']} to look at, {counts['failed']} failed"


COMMANDS = [doctor]
