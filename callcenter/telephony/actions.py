"""What we may ask of Asterisk, each verb with its own allow-list. Pure. A value that does not fit is refused (ValueError), never mended.

This is the boundary: the rights for AGI and Originate reach as far as a shell, so nothing that a caller or a user gave gets further
than these patterns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LINE_LIMIT = 1000
"""Bytes of one header line; Asterisk refuses lines over 1,024."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LEG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/;@-]{0,148}")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
NUMBER = re.compile(r"\+?[0-9]{2,20}")
PERSON = re.compile(r"[\w][\w .·'()-]{0,79}")
REASON = re.compile(r"[A-Za-z0-9_-]{0,40}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}|TIMEOUT\(absolute\)|CHANNEL\(language\)|TALK_DETECT\((?:set|remove)\)")
VALUE = re.compile(r"[A-Za-z0-9_.,/@=&-]{0,900}")
FILE = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[\w.-]+)+")
UNIQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
DIGITS = re.compile(r"[0-9]{1,20}")
CONSULT = re.compile(r"cc-(?:with|three|left|aside|asked)")
SENT = re.compile(r"cc-(?:transfer|to-queue)")
SECRET = re.compile(r"[ -~]{1,200}")


@dataclass(frozen=True, slots=True)
class Action:
    """One request. `changes`: it changes something in Asterisk, so it is sent once or not at all."""

    name: str
    headers: tuple[tuple[str, str], ...] = ()
    changes: bool = True


def checked(pattern: re.Pattern[str], value: str, what: str) -> str:
    """The value as it is, or ValueError."""
    if pattern.fullmatch(value):
        return value
    raise ValueError(f"{what}: {value[:60]!r} cannot be used")


def _seconds(value: float, most: float, what: str) -> str:
    if not 0 <= value <= most:
        raise ValueError(f"{what}: {value!r} is not between 0 and {most}")
    return f"{value:g}"


# --- what is asked -----------------------------------------------------------------------------------------------------------------


def login(user: str, secret: str) -> Action:
    headers = ("Username", checked(NAME, user, "user")), ("Secret", checked(SECRET, secret, "secret")), ("Events", "on")
    return Action("Login", headers, changes=False)


def ping() -> Action:
    return Action("Ping", changes=False)


def list_commands() -> Action:
    """Names every action that our rights allow."""
    return Action("ListCommands", changes=False)


def core_show_channels() -> Action:
    return Action("CoreShowChannels", changes=False)


def queue_status() -> Action:
    return Action("QueueStatus", changes=False)


def device_states() -> Action:
    return Action("DeviceStateList", changes=False)


def getvar(leg: str, name: str) -> Action:
    return Action("Getvar", (("Channel", checked(LEG, leg, "leg")), ("Variable", checked(VARIABLE, name, "variable"))), changes=False)


def dial_contacts(seat: str) -> Action:
    """Where the telephones of a seat registered, as Asterisk would dial them; '' when none did."""
    return Action("Getvar", (("Variable", f"PJSIP_DIAL_CONTACTS({checked(NAME, seat, 'seat')})"),), changes=False)


# --- what is changed ---------------------------------------------------------------------------------------------------------------


def setvar(leg: str | None, name: str, value: str) -> Action:
    """Set a variable of a leg; a global one with leg None. The value keeps to letters, digits and `-_.,/@=&`: others come back escaped."""
    channel = () if leg is None else (("Channel", checked(LEG, leg, "leg")),)
    return Action("Setvar", (*channel, ("Variable", checked(VARIABLE, name, "variable")), ("Value", checked(VALUE, value, "value"))))


def hangup(leg: str) -> Action:
    """For cause 16: a call that ends as calls do."""
    return Action("Hangup", (("Channel", checked(LEG, leg, "leg")), ("Cause", "16")))


def _member(queue: str, seat: str) -> tuple[tuple[str, str], ...]:
    return ("Queue", checked(NAME, queue, "queue")), ("Interface", f"PJSIP/{checked(NAME, seat, 'seat')}")


def queue_add(queue: str, seat: str, name: str, paused: bool, reason: str = "") -> Action:
    headers = (*_member(queue, seat), ("MemberName", checked(PERSON, name, "name")), ("Paused", "true" if paused else "false"))
    return Action("QueueAdd", (*headers, ("Reason", checked(REASON, reason, "reason"))) if paused and reason else headers)


def queue_remove(queue: str, seat: str) -> Action:
    return Action("QueueRemove", _member(queue, seat))


def queue_pause(seat: str, paused: bool, reason: str = "", queue: str = "") -> Action:
    """Pause or unpause a seat, in every queue when none is named."""
    where = (("Queue", checked(NAME, queue, "queue")),) if queue else ()
    why = (("Reason", checked(REASON, reason, "reason")),) if reason else ()
    return Action(
        "QueuePause", (*where, ("Interface", f"PJSIP/{checked(NAME, seat, 'seat')}"), ("Paused", "true" if paused else "false"), *why)
    )


def originate_seat_then_number(seat: str, number: str, call: str, leg: str, timeout_s: float) -> Action:
    """Ring the seat on a channel whose id is `leg`; when it answers, dial the number. `call` is our mark on both legs."""
    call = checked(IDENTIFIER, call, "call")
    return Action(
        "Originate",
        (
            ("Channel", f"PJSIP/{checked(NAME, seat, 'seat')}"),
            ("ChannelId", checked(IDENTIFIER, leg, "leg")),
            ("Context", "cc-out"),
            ("Exten", checked(NUMBER, number, "number")),
            ("Priority", "1"),
            ("Timeout", str(int(float(_seconds(timeout_s, 300, "timeout")) * 1000))),
            ("Account", call),
            ("Variable", f"__CC_CALL={call}"),
            ("Async", "true"),
        ),
    )


def originate_music(held: str, agent: str, asked: str, music: str, call: str, number: str = "") -> Action:
    """A pair within Asterisk whose first half is `music`: it joins the customer `held`, takes his agent out and plays music to him.

    `number` is the one outside that is about to be asked: Asterisk notes it in its own record.
    """
    outside = f",CC_NUMBER={checked(NUMBER, number, 'number')}" if number else ""
    return Action(
        "Originate",
        (
            ("Channel", "Local/s@cc-music/n"),
            ("ChannelId", checked(IDENTIFIER, music, "music")),
            ("OtherChannelId", checked(IDENTIFIER, f"{music}-2", "music")),
            ("Context", "cc-music"),
            ("Exten", "join"),
            ("Priority", "1"),
            ("Timeout", "5000"),
            ("Account", checked(IDENTIFIER, call, "call")),
            ("Variable", _roles(held, agent, asked, music, call) + outside),
            ("Async", "true"),
        ),
    )


def originate_asked(to: str, *, held: str, agent: str, asked: str, music: str, call: str, shown: str, timeout_s: float) -> Action:
    """Ring whom the agent asks on a channel whose id is `asked`; `shown` (digits, '' for the line's own) is the number that he sees.

    `to` is a seat, or a number outside as `number@trunk`.
    """
    number, at, trunk = to.partition("@")
    channel = f"PJSIP/{checked(NUMBER, number, 'number')}@trunk" if at and trunk == "trunk" else f"PJSIP/{checked(NAME, to, 'seat')}"
    caller = (("CallerID", f"{checked(DIGITS, shown, 'number')} <{shown}>"),) if shown else ()
    return Action(
        "Originate",
        (
            ("Channel", channel),
            ("ChannelId", checked(IDENTIFIER, asked, "leg")),
            ("Context", "cc-asked"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", str(int(float(_seconds(timeout_s, 300, "timeout")) * 1000))),
            *caller,
            ("Account", checked(IDENTIFIER, call, "call")),
            ("Variable", _roles(held, agent, asked, music, call)),
            ("Async", "true"),
        ),
    )


def _roles(held: str, agent: str, asked: str, music: str, call: str) -> str:
    legs = {"CC_HELD": held, "CC_AGENT": agent, "CC_ASKED": asked, "CC_MUSIC": music}
    marks = "".join(f",{name}={checked(UNIQUE, leg, 'leg')}" for name, leg in legs.items())
    return f"__CC_CALL={checked(IDENTIFIER, call, 'call')}{marks}"


def originate_pick_up(seat: str, slot: str, *, leg: str, call: str, timeout_s: float) -> Action:
    """Ring the seat on a channel whose id is `leg`; when it answers, it has the customer who is parked in the slot."""
    return Action(
        "Originate",
        (
            ("Channel", f"PJSIP/{checked(NAME, seat, 'seat')}"),
            ("ChannelId", checked(IDENTIFIER, leg, "leg")),
            ("Context", "cc-pick-up"),
            ("Exten", checked(DIGITS, slot, "slot")),
            ("Priority", "1"),
            ("Timeout", str(int(float(_seconds(timeout_s, 300, "timeout")) * 1000))),
            ("Account", checked(IDENTIFIER, call, "call")),
            ("Variable", f"__CC_CALL={call}"),
            ("Async", "true"),
        ),
    )


def redirect(leg: str, context: str, other: str | None = None, other_context: str | None = None) -> Action:
    """Send a leg to a place in asterisk_conf/extensions_consult, and at the same moment another one to its own."""
    headers = (("Channel", checked(LEG, leg, "leg")), ("Context", checked(CONSULT, context, "context")), ("Exten", "s"), ("Priority", "1"))
    if other is None or other_context is None:
        return Action("Redirect", headers)
    extra = ("ExtraChannel", checked(LEG, other, "leg")), ("ExtraContext", checked(CONSULT, other_context, "context"))
    return Action("Redirect", (*headers, *extra, ("ExtraExten", "s"), ("ExtraPriority", "1")))


def blind_transfer(leg: str, context: str, to: str) -> Action:
    """Whoever the leg talks to is sent to an extension of the dialplan, and the leg is free."""
    place = ("Context", checked(SENT, context, "context")), ("Exten", checked(NAME, to, "extension"))
    return Action("BlindTransfer", (("Channel", checked(LEG, leg, "leg")), *place))


def parked_calls() -> Action:
    return Action("ParkedCalls", changes=False)


# --- AGI commands: a caller in a flow ----------------------------------------------------------------------------------------------


def agi(leg: str, command: str, identifier: str) -> Action:
    """Let the leg run a command built below; its result comes as AsyncAGIExec with our identifier."""
    headers = ("Channel", checked(LEG, leg, "leg")), ("Command", command), ("CommandID", checked(IDENTIFIER, identifier, "command id"))
    if any(ord(c) < 32 for c in command) or len(command.encode()) > LINE_LIMIT:
        raise ValueError(f"command: {command[:60]!r} is too long or no single line")
    return Action("AGI", headers)


def noop() -> str:
    return "NOOP"


def allow(number: str) -> str:
    """Let a leg in cc-outside dial this number, once it goes on."""
    return f"SET VARIABLE CC_MAY {checked(NUMBER, number, 'number')}"


def go_on() -> str:
    """Give the leg back to the dialplan."""
    return "ASYNCAGI BREAK"


def leave() -> str:
    """End the call, as soon as the leg waits for a command."""
    return "HANGUP"


def _files(files: Sequence[str]) -> str:
    return "&".join(checked(FILE, file, "file") for file in files)


def background(files: Sequence[str]) -> str:
    """Play the files (absolute, without extension); a key ends it and is the result."""
    return f'EXEC Background "{_files(files)}"'


def playback(files: Sequence[str]) -> str:
    """Play the files (absolute, without extension) to their end, whatever is pressed; missing ones are passed over."""
    return f'EXEC Playback "{_files(files)}"'


def question(files: Sequence[str], most: int, timeout_s: float) -> str:
    """What Read is told: play the files and collect up to `most` keys (`#` ends them), waiting `timeout_s` for each; keys interrupt."""
    if not 1 <= most <= 40:
        raise ValueError(f"most: {most} is not between 1 and 40")
    return f"{_files(files)},{most},,1,{_seconds(timeout_s, 120, 'timeout')}"


def read(variable: str, asked: str) -> str:
    """Ask a question; the keys go into the variable."""
    return f'EXEC Read "{checked(VARIABLE, variable, "variable")},{asked}"'


def read_next(tag: str, then: str) -> str:
    """Ask what the key that answered the question `tag` leads to, if that is known; its own tag is `then`. See telephony/ahead.

    The leg has to evaluate what it runs (AGIEXECFULL). One application, and one function in it: each further one delays what is heard.
    """
    key = f"${{CC_AHEAD}}_{checked(NAME, tag, 'tag')}_${{CC_K{tag}}}"
    # The place brings its name (see ahead.variables). Without a way there is none, and a variable that nobody reads is emptied.
    mark = f"${{SET(CC_${{CC_T{key}_AT}}=)}}"
    # A way tells Read all that it has to know, and what stands behind it is passed over; without one, it ends after a millisecond.
    return f'EXEC Read "CC_K{checked(NAME, then, "tag")},${{CC_T{key}}},1,,1,0.001,{mark}"'


def record(file: str, most_s: int, silence_s: int) -> str:
    """Record to file.wav, without a tone of Asterisk's own; `#` ends it, and what was recorded stays when the caller hangs up."""
    silence, most = _seconds(silence_s, 60, "silence"), _seconds(most_s, 1800, "most")
    return f'EXEC Record "{checked(FILE, file, "file")}.wav,{silence},{most},kq"'


def gosub_queue(queue: str, timeout_s: int) -> str:
    """Enter the queue; comes back when the caller leaves it or the agent has hung up."""
    return f"GOSUB cc-queue s 1 {checked(NAME, queue, 'queue')},{_seconds(timeout_s, 7200, 'timeout')}"


def gosub_put_through(to: str, timeout_s: int, *, outside: bool) -> str:
    """Ring a seat, or a number over the trunk; comes back when nobody took the caller or when whoever did has hung up."""
    where = checked(NUMBER, to, "number") if outside else checked(NAME, to, "seat")
    return f"GOSUB cc-put-through {'outside' if outside else 'seat'} 1 {where},{_seconds(timeout_s, 300, 'timeout')}"
