"""`hanmi memory learn`: what two existing texts say of each other waits in the memory to be confirmed."""

import json

from tests.client import Api
from tests.content_api.command import Command, Ran

KOREAN = """---
title: 감사의 날
locale: ko
---
한미동맹은 1953년에 시작되었습니다. 많은 참전용사가 함께 싸웠습니다.

우리는 그 희생을 잊지 않습니다.
"""
ENGLISH = """---
title: Day of Thanks
locale: en
---
The ROK-US alliance began in 1953. Many veterans fought together.

We do not forget their sacrifice.
"""


def learn(hanmi: Command, korean: str, english: str, *options: str) -> Ran:
    (hanmi.folder / "text.ko.md").write_text(korean, encoding="utf-8")
    (hanmi.folder / "text.en.md").write_text(english, encoding="utf-8")
    return hanmi("memory", "learn", "text.ko.md", "text.en.md", *options)


def test_two_texts_are_learned_from(hanmi: Command, api: Api) -> None:
    """Titles and sentences become unconfirmed units that tell their files and how sure their alignment was."""
    ran = learn(hanmi, KOREAN, ENGLISH, "--least-confidence", "0", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out) == {"pairs": 4, "added": 4, "known": 0, "doubtful": 0}
    units = api.ok("GET", "memory?state=unconfirmed")["items"]
    pairs = {(unit["ko"], unit["en"]) for unit in units}
    assert ("감사의 날", "Day of Thanks") in pairs
    assert ("우리는 그 희생을 잊지 않습니다.", "We do not forget their sacrifice.") in pairs
    assert {(unit["origin"], unit["file"]) for unit in units} == {("alignment", "text.ko.md – text.en.md")}
    assert all(0 <= unit["confidence"] <= 1 for unit in units)


def test_what_is_known_is_not_learned_again(hanmi: Command, api: Api) -> None:
    """A second run adds nothing; a pair that differs in its quotes alone is the same."""
    api.ok("POST", "memory", {"ko": "감사의 날", "en": "Day of Thanks"})
    learn(hanmi, KOREAN, ENGLISH, "--least-confidence", "0")
    ran = learn(hanmi, KOREAN, ENGLISH, "--least-confidence", "0")
    assert ran.out == "0 pairs added, to be confirmed; 4 known already, 0 too doubtful\n"
    assert len(api.ok("GET", "memory")["items"]) == 4


def test_doubtful_pairs_are_left_out(hanmi: Command, api: Api) -> None:
    """Nothing below the confidence that was asked for is added, and how many were left out is told."""
    ran = learn(hanmi, KOREAN, "# Recipe\n\nSoup.\n", "--least-confidence", "1", "--json")
    said = json.loads(ran.out)
    assert said["added"] == len(api.ok("GET", "memory")["items"])
    assert said["doubtful"] == said["pairs"] - said["added"]
    assert said["doubtful"] > 0


def test_a_file_in_the_other_language_is_refused(hanmi: Command, api: Api) -> None:
    """Files given the wrong way round, or empty, are named, and nothing is stored."""
    assert learn(hanmi, ENGLISH, KOREAN).err.splitlines()[-1].endswith("text.ko.md: it is in English, not in Korean")
    assert learn(hanmi, KOREAN, "\n").err.splitlines()[-1].endswith("text.en.md: there is no text in it")
    assert api.ok("GET", "memory")["items"] == []
