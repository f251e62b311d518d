"""The glossary as TBX-Basic (ISO 30042:2019, in DCA style); read too in DCT style, and as TBX of 2008 (`martif`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.exchange import xml
from pipeline.exchange.found import Found
from pipeline.exchange.records import term_of
from pipeline.exchange.xml import Element, content, locale_of
from schemas.language import LOCALES, Locale, PartOfSpeech, Term

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">\n'
    "<tbxHeader><fileDesc><titleStmt><title>Glossary</title></titleStmt>"
    "<sourceDesc><p>Hanmi</p></sourceDesc></fileDesc></tbxHeader>\n<text><body>\n"
)
PREFERRED, ADMITTED, FORBIDDEN = "preferredTerm-admn-sts", "admittedTerm-admn-sts", "deprecatedTerm-admn-sts"
# How the statuses of ISO 12620 and of tools begin, and what they come to here.
STATUSES = {
    **dict.fromkeys(("preferred", "standardized"), "preferred"),
    **dict.fromkeys(("admitted", "legal", "regulated"), "admitted"),
    **dict.fromkeys(("deprecated", "superseded", "forbidden", "obsolete"), "forbidden"),
}
PARTS: dict[PartOfSpeech, str] = {"name": "properNoun"}
OF_PARTS = {said: part for part, said in PARTS.items()}
# TBX-Basic has no category for these; a subset's name may be any text.
RULE, KEEP = "projectSubset", "hanmi keep"
CASES = {"hanmi case exact": "exact", "hanmi case any": "any"}
WRITTEN_AT_ONCE = 200


def read(chunks: Iterable[bytes]) -> Iterator[Found[tuple[Term, str]]]:
    """Yield the terms of a TBX file with their notes; raise `FileFault`.

    Of each language the first preferred form is the term's, or else the first without status; others are admitted.
    """
    for entry in xml.elements(chunks, ("tbx", "martif"), ("conceptEntry", "termEntry"), "TBX file"):
        yield _found(entry)


def written(terms: Iterable[tuple[Term, str]]) -> Iterator[bytes]:
    """Yield the TBX file of terms with their notes."""
    parts = [HEAD]
    for number, (term, note) in enumerate(terms, start=1):
        parts += _entry(number, term, note)
        if number % WRITTEN_AT_ONCE == 0:
            yield "".join(parts).encode()
            parts = []
    yield "".join([*parts, "</body></text>\n</tbx>\n"]).encode()


def _entry(number: int, term: Term, note: str) -> Iterator[str]:
    yield f'<conceptEntry id="c{number}">\n'
    rules = [said for said, case in CASES.items() if case == term.case] + [KEEP] * term.keep
    yield from (f'<admin type="{RULE}">{each}</admin>\n' for each in rules)
    yield f"<note>{content(note)}</note>\n" if note else ""
    for locale in LOCALES:
        yield f'<langSec xml:lang="{locale}">\n'
        part = PARTS.get(term.part_of_speech, term.part_of_speech)
        for form, status in _forms(term, locale):
            yield f"<termSec><term>{content(form)}</term>"
            yield f'<termNote type="partOfSpeech">{part}</termNote>'
            yield f'<termNote type="administrativeStatus">{status}</termNote></termSec>\n'
        yield "</langSec>\n"
    yield "</conceptEntry>\n"


def _forms(term: Term, locale: Locale) -> Iterator[tuple[str, str]]:
    korean = locale == "ko"
    yield term.ko if korean else term.en, PREFERRED
    yield from ((form, ADMITTED) for form in (term.admitted_ko if korean else term.admitted_en))
    yield from ((form, FORBIDDEN) for form in (term.forbidden_ko if korean else term.forbidden_en))


@dataclass
class _Forms:
    """What an entry says in one language: forms by status (`""` where none is told)."""

    by_status: dict[str, list[str]] = field(default_factory=dict)

    def add(self, status: str, form: str) -> None:
        self.by_status.setdefault(status, []).append(form)

    @property
    def wanted(self) -> list[str]:
        """Every form that may be used, the one to be used first."""
        return [form for status in ("preferred", "", "admitted") for form in self.by_status.get(status, [])]

    @property
    def forbidden(self) -> list[str]:
        return self.by_status.get("forbidden", [])


def _found(entry: Element) -> Found[tuple[Term, str]]:
    forms: dict[Locale, _Forms] = {}
    parts: list[str] = []
    skipped = 0
    for section in entry.within("langSec", "langSet"):
        locale = locale_of(section.language)
        for form in section.within("termSec", "tig", "ntig"):
            term = next((each.text.strip() for each in form.within("term")), "")
            if locale is None or not term:
                skipped += 1
                continue
            forms.setdefault(locale, _Forms()).add(_status(form), " ".join(term.split()))
            parts += _said(form, "partOfSpeech")
    if any(locale not in forms or not forms[locale].wanted for locale in LOCALES):
        left_out = sum(len(each) for of in forms.values() for each in of.by_status.values())
        return Found(entry.line, None, skipped + left_out)
    record: dict[str, object] = {"part_of_speech": _part(parts), "note": _note(entry)} | _rules(entry)
    for locale in LOCALES:
        record[locale], *record[f"admitted_{locale}"] = forms[locale].wanted
        record[f"forbidden_{locale}"] = forms[locale].forbidden
    return Found(entry.line, term_of(record, entry.line), skipped)


def _said(element: Element, category: str) -> list[str]:
    """Return what an element says of a category: as an element of that type (DCA) or of that name (DCT)."""
    kinds = element.within("termNote", "descrip", "admin", category)
    return [each.text.strip() for each in kinds if category in (each.local, each.attributes.get("type"))]


def _status(form: Element) -> str:
    said = [*_said(form, "administrativeStatus"), *_said(form, "normativeAuthorization")]
    starts = ((start, status) for each in said for start, status in STATUSES.items() if each.lower().startswith(start))
    return next((status for _, status in starts), "")


def _part(said: list[str]) -> str:
    known = ("noun", "verb", "adjective", "other", *OF_PARTS)
    first = next((each for each in said if each), "noun")
    return OF_PARTS.get(first, first) if first in known else "other"


def _note(entry: Element) -> str:
    """Return notes, and definitions, of the entry and all in it."""
    notes = [each.text for each in entry.within("note")] + _said(entry, "definition")
    return "\n".join(dict.fromkeys(each.strip() for each in notes if each.strip()))


def _rules(entry: Element) -> dict[str, object]:
    said = [each.text for each in entry.elements if each.attributes.get("type") == RULE]
    case = next((CASES[each] for each in said if each in CASES), "auto")
    return {"case": case, "keep": KEEP in said}
