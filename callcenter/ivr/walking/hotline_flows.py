"""The flows of the centre: one version each in use; which one a caller walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from callcenter.ivr.checking.check import check_files, check_source
from callcenter.ivr.language.finding import Finding, errors
from callcenter.ivr.language.known import Known, NamedPrompt
from callcenter.ivr.language.load import read_prompts
from callcenter.ivr.language.steps import End, Flow, Message, Prompt, Queue, together
from callcenter.ivr.walking.place import NoPlace, Place, decode

NAMED_PROMPTS = "prompts.yaml"
WALKS = ".walk.yaml"

LEAVE_A_MESSAGE: Mapping[str, str] = {
    "zh": "您好,现在暂时无法为您接通人工服务。请在提示音后留言,我们会尽快给您回电。",
    "en": "We cannot connect you right now. Please leave a message after the tone, and we will call you back.",
}

CANNOT_BE_TAKEN: Mapping[str, str] = {
    "zh": "非常抱歉,暂时无法受理您的来电。再见。",
    "en": "We are sorry, we cannot take your call. Goodbye.",
}


@dataclass(frozen=True)
class HotlineFlow:
    """What a hotline says of its flow: its name, its language (zh_CN, en), the queue that takes its callers where there is no flow."""

    flow: str
    language: str
    queue: str


@dataclass(frozen=True)
class Flows:
    """The flows in use. A call keeps the Flow it began with; another Flows is for the calls that begin later.

    `earlier`: versions that are not in use any more, of callers who come back to us in the middle of one, by name and version.
    """

    by_name: Mapping[str, Flow]
    hotlines: Mapping[str, HotlineFlow]
    named_prompts: Mapping[str, NamedPrompt] = field(default_factory=dict)
    earlier: Mapping[tuple[str, str], Flow] = field(default_factory=dict)

    def of(self, hotline: str) -> Flow:
        """The flow of a hotline. Where it is missing or broken: straight to the hotline's queue. KeyError: there is no such hotline."""
        wanted = self.hotlines[hotline]
        return self.by_name.get(wanted.flow) or straight_to(wanted.queue, wanted.language)

    def refusal(self, kind: str) -> NamedPrompt:
        """What a caller hears for whom no flow is (blacklisted, nuisance, silent): the named prompt of that word, or our own."""
        return self.named_prompts.get(kind) or NamedPrompt(CANNOT_BE_TAKEN)

    def language(self, hotline: str) -> str:
        """`zh` or `en`."""
        return self.hotlines[hotline].language[:2]

    def place(self, hotline: str, mark: str | None) -> tuple[Flow, Place | None]:
        """The flow a caller walks, and where he is in it when his channel bears a mark of ours that still means something."""
        place = place_of(mark)
        if place is None:
            return self.of(hotline), None
        here = self.by_name.get(place.flow)
        if here is None or here.version != place.version:
            here = self.earlier.get((place.flow, place.version), here)
        return here or self.of(hotline), place

    def step_titles(self) -> Mapping[tuple[str, str, str], tuple[str, str]]:
        """The Chinese and the English title of every step that has them, by flow, version in use, and step."""
        straight = [straight_to(hotline.queue, hotline.language) for hotline in self.hotlines.values()]
        return MappingProxyType(
            {
                (flow.name, flow.version, step.name): step.title
                for flow in (*self.by_name.values(), *straight)
                for step in flow.steps.values()
                if step.title
            }
        )


def place_of(mark: str | None) -> Place | None:
    """Where a caller is whose channel bears this mark; None for none, or one that means nothing."""
    try:
        return decode(mark) if mark else None
    except NoPlace:
        return None


def load_flows(folder: Path, hotlines: Mapping[str, HotlineFlow], known: Known) -> tuple[Flows, tuple[Finding, ...]]:
    """Every flow in a folder that nothing is wrong with, and everything that is wrong with the others."""
    named, wrong = read_prompts(folder / NAMED_PROMPTS)
    prompts = known.prompts if known.prompts is not None else {name: NamedPrompt(texts) for name, texts in named.items()}
    known = replace(known, flows={number: hotline.flow for number, hotline in hotlines.items()}, prompts=prompts)
    paths = flow_files(folder)
    findings = check_files(paths, known)
    flows: dict[str, Flow] = {}
    broken = {finding.file for finding in errors(findings)}
    for path in paths:
        if str(path) not in broken:
            flow = check_source(path.read_text(encoding="utf-8"), str(path), known).flow
            flows.update({flow.name: flow} if flow else {})
    return Flows(together(flows.values()), MappingProxyType(dict(hotlines)), prompts), (*findings, *wrong)


def flow_files(folder: Path) -> list[Path]:
    """The files of flows in a folder, by name."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name != NAMED_PROMPTS and not path.name.endswith(WALKS)]


def straight_to(queue: str, language: str) -> Flow:
    """What callers walk where there is no flow: into the queue; with nobody there, a message."""
    end = End(name="end", title=("结束", "End"))
    person = Queue(name="person", title=("人工服务", "Person"), queue=queue, answered="end", timeout="message", nobody="message")
    message = Message(name="message", title=("语音留言", "Voice message"), prompt=Prompt(LEAVE_A_MESSAGE), queue=queue, next="end")
    steps = {step.name: step for step in (person, message, end)}
    spoken = language[:2] if language[:2] in LEAVE_A_MESSAGE else "en"
    return Flow("straight", "0", (spoken,), "person", MappingProxyType(steps))
