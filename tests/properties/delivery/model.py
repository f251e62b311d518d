"""What readers must get, told by plain Python from what was made: no SQL, no stored bytes, no code of ours."""

from dataclasses import dataclass
from typing import Any

LOCALES = ["ko", "en"]
NATURAL = {"news": "desc", "history": "asc", "mission": "asc"}
# By slug, with the names in both languages.
TAGS = {"veterans": ("참전용사", "Veterans"), "보훈": ("보훈", "Benefits"), "youth": ("청년", "Youth")}

Query = dict[str, str]


@dataclass
class Made:
    """An entry as the model knows it. `republished`: its source was saved anew, and published if it is public.

    `moved`: it had another slug before, and what is published was published under that.
    """

    kind: str
    source: str
    date: str | None
    position: int | None
    tags: list[str]
    public: list[str]
    republished: bool
    moved: bool
    number: int = 0
    id: str = ""

    @property
    def first_slug(self) -> str:
        """The slug it was made with."""
        return f"first-{self.number}"

    @property
    def slug(self) -> str:
        """Its present slug."""
        return f"second-{self.number}" if self.moved else self.first_slug

    @property
    def place(self) -> str | int | None:
        """Where it stands: a mission by position, anything else by its date's first day."""
        return self.position if self.kind == "mission" else self.first_day

    @property
    def first_day(self) -> str | None:
        """The first day its date spans."""
        return self.date and f"{self.date}-01-01"[:10]

    def text(self, locale: str, version: int) -> dict[str, str]:
        """Return the text it was given in a language, first and anew."""
        word = {"ko": "한글", "en": "English"}[locale]
        return {
            "title": f"{word} {self.number}.{version}",
            "summary": f"{word} summary {version}",
            "body": f"{word} body {self.number}.{version}",
        }

    def served(self, locale: str, fallback: str) -> str | None:
        """Return the language that readers of `locale` get (`all` for both), `None` if they get nothing."""
        if locale == "all" or locale in self.public:
            return locale if self.public else None
        return self.public[0] if self.public and fallback == "source" else None

    def is_within(self, query: Query) -> bool:
        """Tell whether `from` and `to` keep it: dates compare as far as they are given."""
        if "from" not in query and "to" not in query:
            return True
        if self.first_day is None or self.place is None:
            return False
        after = "from" not in query or self.first_day[: len(query["from"])] >= query["from"]
        return after and ("to" not in query or self.first_day[: len(query["to"])] <= query["to"])

    def item(self, served: str, locale: str) -> dict[str, Any]:
        """Return the item as readers of `locale` get it in `served`, but for its HTML and its times."""
        return {
            "id": self.id,
            "kind": self.kind,
            "slug": self.slug,
            "locale": served,
            "fallback": served != locale,
            "date": self.date,
            "position": self.position,
            "tags": [
                {"slug": tag, "name": in_language(dict(zip(LOCALES, TAGS[tag], strict=True)), served)}
                for tag in self.tags
            ],
            "image": None,
            "alternates": {
                each: f"/v1/{self.kind}/{self.slug}?locale={each}" for each in LOCALES if each in self.public
            },
            **{
                name: in_language({each: self._side(each)[name] for each in LOCALES}, served)
                for name in ("title", "summary", "body", "translation")
            },
        }

    def _side(self, locale: str) -> dict[str, Any]:
        if locale not in self.public:
            return dict.fromkeys(("title", "summary", "body", "translation"))
        is_source = locale == self.source
        outdated = self.republished and not is_source and self.source in self.public
        origin = "original" if is_source else "human"
        about = {"origin": origin, "source_locale": self.source, "outdated": outdated}
        return self.text(locale, 2 if is_source and self.republished else 1) | {"translation": about}


def in_language(sides: dict[str, Any], served: str) -> Any:
    """Return the side that is served, or both."""
    return sides if served == "all" else sides[served]


def listed(made: list[Made], query: Query) -> list[dict[str, Any]]:
    """Return the items of a list in order: what has no place last, ties by id, along the order's direction."""
    fallback = query.get("fallback", "none")
    found = [
        entry
        for entry in made
        if entry.kind == query["kind"]
        and entry.served(query["locale"], fallback)
        and ("tag" not in query or query["tag"] in entry.tags)
        and entry.is_within(query)
    ]
    downwards = query.get("order", NATURAL[query["kind"]]) == "desc"
    found.sort(key=lambda entry: entry.id, reverse=downwards)
    placed = [entry for entry in found if entry.place is not None]
    placed.sort(key=lambda entry: entry.place, reverse=downwards)  # type: ignore[arg-type, return-value]
    ordered = placed + [entry for entry in found if entry.place is None]
    return [entry.item(entry.served(query["locale"], fallback) or "", query["locale"]) for entry in ordered]


def counted(made: list[Made], query: Query) -> list[dict[str, Any]]:
    """Return the tags in use by slug, with their names and how many listed entries carry each, by language."""
    found = []
    for tag in sorted(TAGS):
        carriers = [entry for entry in made if tag in entry.tags and query.get("kind", entry.kind) == entry.kind]
        fallback = query.get("fallback", "none")
        count = {locale: sum(bool(entry.served(locale, fallback)) for entry in carriers) for locale in LOCALES}
        wanted = LOCALES if query["locale"] == "all" else [query["locale"]]
        if any(count[locale] for locale in wanted):
            found.append({"slug": tag, "name": dict(zip(LOCALES, TAGS[tag], strict=True)), "count": count})
    return found


def languages(served: set[str]) -> str:
    """Return `Content-Language` for what was served."""
    return ", ".join(locale for locale in LOCALES if served & {locale, "all"})
