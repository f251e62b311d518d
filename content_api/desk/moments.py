"""When something was, as people say it: how long ago, and the date once that says more."""

import datetime as dt

from content_api.desk import words
from schemas.language import Locale

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
A_MONTH = 30 * DAY

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def ago(language: Locale, now: dt.datetime, moment: str) -> str:
    """Return how long before `now` a moment (RFC 3339) was, in words; its date where it was over a month ago."""
    then = dt.datetime.fromisoformat(moment)
    seconds = max(int((now - then).total_seconds()), 0)
    if seconds < MINUTE:
        return words.say(language, "ago_now")
    if seconds < HOUR:
        return words.say(language, "ago_minutes", n=seconds // MINUTE)
    if seconds < DAY:
        return words.say(language, "ago_hours", n=seconds // HOUR)
    if seconds < A_MONTH:
        return words.say(language, "ago_days", n=seconds // DAY)
    return then.date().isoformat()


def at(language: Locale, zone: dt.tzinfo, moment: str) -> str:
    """Return a moment (RFC 3339) as a clock of the association shows it: `2026년 11월 22일 18:00`."""
    local = dt.datetime.fromisoformat(moment).astimezone(zone)
    if language == "ko":
        return f"{local.year}년 {local.month}월 {local.day}일 {local:%H:%M}"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
