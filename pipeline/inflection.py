"""English words in the forms a sentence gives them: plurals, the forms of verbs, and the article before them."""

import re

_IRREGULAR = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "people",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "mouse": "mice",
    "ox": "oxen",
}
_TO_VES = frozenset(["calf", "half", "knife", "leaf", "life", "loaf", "self", "shelf", "thief", "wife", "wolf"])
_VOWEL_SOUND = re.compile(r"(?:[aeio]|u(?!ni|s[aeiou]|ti|k)|hono|hour|heir)(?!ne\b|nce\b|uro)", re.IGNORECASE)
# Letters whose names begin with a vowel: an FTA, an MDL.
_SPOKEN_WITH_VOWEL = frozenset("AEFHILMNORSX")
_READ_AS_WORDS = re.compile(r"[^AEIOU][AEIOU][A-Z]{2,}$")


def plural(word: str) -> str:
    """Return the plural of the noun that `word` ends with: bereaved families, servicemen, instruments of ratification.

    A word that ends as plurals do stays as it is.
    """
    head, joint, rest = _headed(word)
    if joint:
        return plural(head) + joint + rest
    lower = word.lower()
    for one, many in _IRREGULAR.items():
        if lower.endswith(one) and (one in ("man", "woman") or re.search(rf"(?<![a-z]){one}$", lower)):
            return word[: -len(one) + 1] + many[1:] if one[0] == many[0] else word[: -len(one)] + many
    if any(re.search(rf"(?<![a-z])(?:house)?{each}$", lower) for each in _TO_VES):
        return re.sub("fe?$", "ves", word)
    if lower.endswith("sis"):
        return word[:-2] + "es"
    if re.search("[^aeiou]y$", lower) and not word.isupper():
        return word[:-1] + "ies"
    if re.search("(?:ss|sh|ch|x|z)$", lower) and not word.isupper():
        return word + "es"
    return word if lower.endswith("s") and not word.isupper() else word + "s"


def verb_forms(word: str) -> list[str]:
    """Return a regular verb as he does it, as it was done, and as it is being done; the first word of several."""
    verb, space, rest = word.partition(" ")
    stem = verb.removesuffix("e")
    if re.search("[^aeiou]y$", verb):
        found = [verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    else:
        found = [verb + ("es" if re.search("(?:s|sh|ch|x|z|o)$", verb) else "s"), stem + "ed", stem + "ing"]
    if re.search("[^aeiou][aeiou][bdgklmnprt]$", verb):  # committed, planned; visited too, which nobody writes so
        found += [verb + verb[-1] + "ed", verb + verb[-1] + "ing"]
    return [each + space + rest for each in found]


def article(word: str) -> str:
    """Return the indefinite article that goes before `word` by its sound: an alliance, a union, an FTA, a NATO."""
    first = re.match(r"[A-Za-z]+", word)
    if first is None:
        return "an" if re.match(r"8|1[18](?![0-9])", word) else "a"
    letters = first[0]
    if len(letters) > 1 and letters.isupper() and not _READ_AS_WORDS.match(letters):
        return "an" if letters[0] in _SPOKEN_WITH_VOWEL else "a"
    return "an" if _VOWEL_SOUND.match(letters) else "a"


def _headed(word: str) -> tuple[str, str, str]:
    """Take a noun apart before the preposition that follows its head: prisoner, of, war."""
    found = re.search(r" (?:of|in|for|to|on|from) ", word)
    return (word[: found.start()], found[0], word[found.end() :]) if found else (word, "", "")
