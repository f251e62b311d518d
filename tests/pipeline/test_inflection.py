"""English words get the plural, verb form and article that a sentence asks for."""

import pytest

from pipeline.inflection import article, plural, verb_forms


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *(("alliance", "alliances"), ("bereaved family", "bereaved families"), ("church", "churches")),
        *(("serviceman", "servicemen"), ("woman", "women"), ("person", "people"), ("wife", "wives"), ("day", "days")),
        *(("crisis", "crises"), ("Friends", "Friends"), ("NGO", "NGOs"), ("prisoner of war", "prisoners of war")),
        *(("Child", "Children"), ("half", "halves"), ("belief", "beliefs"), ("salesperson", "salespersons")),
    ],
)
def test_plural(word: str, expected: str) -> None:
    """A noun's plural is regular, one of the few that are not, or that of its head."""
    assert plural(word) == expected


@pytest.mark.parametrize(("word", "form"), [("sign", "signed"), ("ratify", "ratified"), ("cooperate", "cooperating")])
def test_verb(word: str, form: str) -> None:
    """A verb is known by its regular forms."""
    assert form in verb_forms(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *(("alliance", "an"), ("union", "a"), ("US Army", "a"), ("NATO member", "a"), ("FTA", "an"), ("hour", "an")),
        *(("university", "a"), ("European ally", "a"), ("one-star general", "a"), ("MDL", "an"), ("umbrella", "an")),
        *(("honorary member", "an"), ("history", "a"), ("8th Army", "an"), ("18-year-old", "an"), ("2nd", "a")),
        *(("KATUSA", "a"), ("association", "an"), ("Ulchi", "an"), ("United Nations force", "a")),
    ],
)
def test_article(word: str, expected: str) -> None:
    """The article goes by the sound of the word, an acronym's by how it is read."""
    assert article(word) == expected
