"""Denied on one side, affirmed on the other."""

import re
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import prose
from schemas.language import Locale

# What denies a sentence, and nothing less.
_DENIES: dict[Locale, re.Pattern[str]] = {
    "ko": re.compile(
        r"지(?:는|도|를)?\s?(?:않|못)|(?<![가-힣])못\s?[하했한합해]|(?<=[가-힣을ㄹ] )수(?:가|는"
        r"|도)?\s?없|(?<![가-힣])없(?:다|습|었|는|으)|(?<![가-힣])아니(?:다|라|었|며|고)|아닙"
    ),
    "en": re.compile(r"\b(?:not|never|cannot|nobody|nothing)\b|n['’]t\b", re.IGNORECASE),
}
# What looks like a denial and is part of something else, or denies a denial.
_NO_DENIAL: dict[Locale, re.Pattern[str]] = {
    "ko": re.compile(
        r"다름\s?없|틀림\s?없|수밖에|뿐만?\s?아니|뿐(?:만)?\s?아|않을\s?수|없을\s?수|않으면|않고서"
        r"|못하면|없이는|없으면|지\s?않(?:을까|나|습니까|은가|는가)|머지\s?않|얼마\s?(?:되지|안)"
        r"|만이?\s?아니|못지\s?않|마지\s?않|아끼지\s?않|끊이지\s?않|그치지\s?않"
    ),
    "en": re.compile(
        r"\bnot (?:only|just|merely|simply|to mention|until|hesitate|to worry|least|surprising)"
        r"|\bwhether or not|\bor not\b|\bwhy (?:not|don['’]t)|nothing (?:but|less|short)"
        r"|none other|cannot (?:but|help)|n['’]t (?:only|just|hesitate|forget|worry)|not (?:forget"
        r"|un\w+|in\w+|without|long (?:after|ago))|never (?:fail|before|so)|if not\b",
        re.IGNORECASE,
    ),
}
# What could stand for a denial, however faintly: in the other language nothing of this kind may be there at all.
_HINTS: dict[Locale, re.Pattern[str]] = {
    "ko": re.compile(
        r"않|못|없|아니|아닙|아닌|안\s?[가-힣]|말\s?것|마십|마세|말고|말라|말아|금지|금하|불"
        r"|비[가-힣]|무[가-힣]|미[가-힣]|반대|제외|삼가|어렵|거부|거절|막|모르|몰|잃|빠|떠나|만\s"
        r"|밖에|멈|그만|제한|부족|실패|외에|대신|달리|전에|공짜|드물|뿐|피하|중단|취소|해제|생략"
        r"|무시|거저|위반|벗어|달라|달랐|다르|다른|틀리|틀렸|커야|반드시|잘못|오류|끊"
    ),
    "en": re.compile(
        r"\b(?:no|not|never|none|nor|neither|nothing|nobody|nowhere|without|hardly|barely|rarely"
        r"|seldom|scarcely|few|little|only|but|until|unless|before|instead|rather|other than|away"
        r"|beyond|too|free|against|except|else|alone|yet|still|lest|absent|lack\w*|fail\w*"
        r"|refus\w*|reject\w*|den(?:y|ie[sd])|avoid\w*|prevent\w*|forbid\w*|ban\w*|stop\w*|miss\w*"
        r"|least|exclud\w*|prohibit\w*|keep from|cannot|far from|empty|lost|los[es]\w*|cease\w*"
        r"|end\w*|short of|difficult|hard|out of|ignor\w*|skip\w*|disab\w*|invalid|bad|wrong"
        r"|either|any\w*|ever|needless|already|remain\w*|nonetheless|nevertheless|hidden|forgot\w*"
        r"|non\w*|un\w+|in\w{4,}|im\w{4,}|ir\w{4,}|il\w{4,}|dis\w+|mis\w+|\w+less\w*)\b|n['’]t\b",
        re.IGNORECASE,
    ),
}


@check("negation", "warning")
def negation(pair: Pair) -> Iterator[Finding]:
    """What the source denies the translation denies, and nothing else.

    A sentence is denied on one side (않다, 없다, not, never) and the other side has nothing that could stand for it, be
    it a prefix (불-, un-) or a word like “without” or 금지. Double negatives count as none.
    """
    source, target = prose(pair.source), prose(pair.target)
    if (match := _denied(source, pair.source_locale)) and not _HINTS[pair.target_locale].search(target):
        yield Finding(f"The source says “{match[0]}”; the translation denies nothing.", source_span=match.span())
    elif (match := _denied(target, pair.target_locale)) and not _HINTS[pair.source_locale].search(source):
        yield Finding(f"The translation says “{match[0]}”; the source denies nothing.", target_span=match.span())


def _denied(text: str, locale: Locale) -> re.Match[str] | None:
    """Return the one denial of a text; two may undo each other."""
    found = list(_DENIES[locale].finditer(text))
    return found[0] if len(found) == 1 and not _NO_DENIAL[locale].search(text) else None
