"""A language model behind any address that speaks OpenAI's chat completions, be it on this machine.

`prompt` writes what it is told, `judging` says whether what it answers is a translation; neither trusts the other's.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import msgspec

from pipeline.engines import judging, prompt
from pipeline.engines.base import BadAnswer, Deadline, EngineError, Markup, QuotaSpent, Rejected
from pipeline.engines.briefing import Briefing
from pipeline.engines.transport import Http, Reply, failure
from schemas.language import Locale

LONGEST_CONTEXT = 12_000  # characters: most entries whole
SHORT_CONTEXT = 1_500  # for models that say they cannot read that much


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]


@dataclass(frozen=True)
class Form:
    """How much of the API a server takes; what it refuses is left out of the next request."""

    format: Literal["json_schema", "json_object", "text"] = "json_schema"
    temperature: bool = True
    context: int = LONGEST_CONTEXT

    def plainer(self, reply: Reply) -> "Form | None":
        """Return what to try after the server refused this form, None where it refused something else."""
        said = reply.body.lower()
        if reply.status not in (400, 422) and not (reply.status == 500 and b"response_format" in said):
            return None
        if self.temperature and b"temperature" in said:
            return replace(self, temperature=False)
        if b"context" in said and self.context:
            return replace(self, context=SHORT_CONTEXT if self.context > SHORT_CONTEXT else 0)
        if self.format == "json_schema":
            return replace(self, format="json_object")
        return replace(self, format="text") if self.format == "json_object" else None


class LLM:
    """`POST {url}/chat/completions`, a dozen texts at a time, each answered under its number."""

    name: ClassVar[str] = "llm"
    markup: ClassVar[Markup] = "plain"
    max_characters: ClassVar[int] = 3000  # models write about a hundred characters a second, and have a deadline
    max_texts: ClassVar[int] = 12

    def __init__(self, url: str, model: str, api_key: str | None = None, style: str = "") -> None:
        """`style` is how translations are to read, in plain words, where the briefing says nothing of it."""
        self._address = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._style = style
        self._headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = Http(self.name, url)
        self._deadline = Deadline(self.name)
        self._form = Form()

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, `""` for what is no translation; raise `EngineError`, also where none is one."""
        until = time.monotonic() + timeout
        reply = self._deadline.run(lambda: self._ask(texts, source, target, until, briefing), timeout)
        answers = _read(reply.body, len(texts))
        faults = [
            judging.fault(text, answer, source, target, briefing.terms)
            for text, answer in zip(texts, answers, strict=True)
        ]
        if all(faults):
            raise BadAnswer(f"llm {faults[0]}", one_text=len(texts) > 1)
        return ["" if fault else answer for answer, fault in zip(answers, faults, strict=True)]

    def _ask(self, texts: Sequence[str], source: Locale, target: Locale, until: float, briefing: Briefing) -> Reply:
        form = self._form
        while True:
            question = self._question(texts, source, target, briefing, form)
            reply = self._http.send("POST", self._address, until, content=question, headers=self._headers)
            plainer = form.plainer(reply)
            if reply.status == 200 or plainer is None:
                break
            form = plainer
        if reply.status != 200:
            raise _failure(reply)
        self._form = form
        return reply

    def _question(self, texts: Sequence[str], source: Locale, target: Locale, briefing: Briefing, form: Form) -> bytes:
        question: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": prompt.instructions(source, target, briefing.style or self._style)},
                {"role": "user", "content": prompt.material(texts, source, target, briefing, form.context)},
            ],
        }
        if form.temperature:
            question["temperature"] = 0
        if form.format == "json_schema":
            schema = {"name": "translations", "strict": True, "schema": prompt.schema(len(texts))}
            question["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif form.format == "json_object":
            question["response_format"] = {"type": "json_object"}
        return msgspec.json.encode(question)


def _read(body: bytes, count: int) -> list[str]:
    """Return the answers in order, `""` for null; raise `BadAnswer` unless every number has one, and no other has."""
    try:
        choice = msgspec.json.decode(body, type=_Completion).choices[0]
    except (msgspec.DecodeError, ValueError, RecursionError, IndexError):
        raise BadAnswer("llm answered with something that is not a completion") from None
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise BadAnswer("llm refused to translate", one_text=True)
    if choice.finish_reason == "length":
        raise BadAnswer("llm did not finish its answer", one_text=True)
    try:
        answers = msgspec.json.decode(_unwrapped(choice.message.content or ""), type=dict[str, str | None])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise BadAnswer("llm answered with something else than the translations", one_text=True) from None
    if set(answers) != {str(number) for number in range(1, count + 1)}:
        raise BadAnswer(f"llm gave {len(answers)} answers for {count} texts, or under other numbers", one_text=True)
    return [answers[str(number)] or "" for number in range(1, count + 1)]


def _unwrapped(content: str) -> str:
    """Take off what servers leave around JSON when they do not know what form was asked for: thoughts, a fence."""
    text = content.strip()
    if text.startswith("<think>"):
        text = text.partition("</think>")[2].strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.removeprefix("```").removeprefix("json").removesuffix("```")
    return text


def _failure(reply: Reply) -> EngineError:
    """Tell apart what comes with the same status; the server's words are matched, never repeated."""
    if reply.status == 429 and b"insufficient_quota" in reply.body:
        return QuotaSpent("llm answered 429: the account's credit is spent")
    if reply.status == 404:
        return Rejected("llm answered 404: are the address and the model right?")
    return failure(LLM.name, reply.status, reply.headers)
