"""What `hanmi doctor` looks at, in order. Nothing is changed by looking."""

from content_api.diagnosis import contents, installation
from content_api.diagnosis.finding import Finding, Findings
from content_api.settings import Settings

__all__ = ["Finding", "diagnose"]


def diagnose(settings: Settings, *, online: bool) -> Findings:
    """Yield every finding about an installation; unless `online` nobody is asked over the network."""
    yield Finding("ok", "settings", "valid")
    yield from installation.checks(settings, online=online)
    yield from contents.checks(settings)
