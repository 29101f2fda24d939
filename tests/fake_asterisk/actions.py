"""The manager's actions on an exchange: what FakeAsterisk answers when a switch stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.fake_asterisk.exchange import Exchange
from tests.fake_asterisk.inbound import Command
from tests.fake_asterisk.server import Answer, FakeAsterisk, Headers, message, response

Does = Callable[[Exchange, Headers], list[str]]
TIMEOUT = "TIMEOUT(absolute)"
LANGUAGE = "CHANNEL(language)"


def stand_behind(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    """From now on the exchange answers; `asterisk.answers` may still be replaced one by one."""
    asterisk.answers |= {name: _bound(exchange, does) for name, does in ANSWERS.items()}


def _bound(exchange: Exchange, does: Does) -> Answer:
    return lambda _, asked: does(exchange, asked)


def _no(asked: Headers, why: str) -> list[str]:
    return [response(asked, "Error", Message=why)]


def _done(asked: Headers, why_not: str, done: str) -> list[str]:
    return _no(asked, why_not) if why_not else [response(asked, Message=done)]


def _flag(asked: Headers, name: str) -> bool:
    return asked.get(name, "").lower() in ("1", "true", "yes")


# --- what is asked -----------------------------------------------------------------------------------------------------------------


def _getvar(exchange: Exchange, asked: Headers) -> list[str]:
    name, value = asked["Variable"], ""
    if "Channel" in asked:
        channel = exchange.switch.find(asked["Channel"])
        if channel is None:
            return _no(asked, "No such channel")
        value = channel.variables.get(name, "")
    elif name.startswith("PJSIP_DIAL_CONTACTS("):
        seat = name.partition("(")[2].rstrip(")")
        value = "" if f"PJSIP/{seat}" in exchange.switch.unreachable else f"PJSIP/{seat}/sip:{seat}@127.0.0.1:5060"
    else:
        value = exchange.globals.get(name, "")
    return [response(asked, Variable=name, Value=value)]


def _listed(asked: Headers, said: str, complete: str, items: Iterable[str]) -> list[str]:
    every = list(items)
    end = {"ActionID": asked["ActionID"], "EventList": "Complete", "ListItems": str(len(every))}
    return [response(asked, EventList="start", Message=said), *every, message(f"Event: {complete}", end)]


def _item(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    return "\r\n".join([f"Event: {name}", *(f"{key}: {value}" for key, value in pairs)]) + "\r\n\r\n"


def _channels(exchange: Exchange, asked: Headers) -> list[str]:
    def items() -> Iterable[str]:
        for one in exchange.switch.channels.values():
            lasted = int(exchange.agenda.now - one.began)
            clock = f"{lasted // 3600:02}:{lasted // 60 % 60:02}:{lasted % 60:02}"
            running = [("Application", one.app), ("ApplicationData", one.data), ("Duration", clock), ("BridgeId", one.bridge)]
            yield _item("CoreShowChannel", [("ActionID", asked["ActionID"]), *one.headers(), *running])

    return _listed(asked, "Channels will follow", "CoreShowChannelsComplete", items())


def _queue_status(exchange: Exchange, asked: Headers) -> list[str]:
    wanted = asked.get("Queue", "")
    items = [(name, pairs) for name, pairs in exchange.queues.status() if wanted in ("", pairs[0][1])]
    told = (_item(name, [*pairs, ("ActionID", asked["ActionID"])]) for name, pairs in items)
    return _listed(asked, "Queue status will follow", "QueueStatusComplete", told)


def _devices(exchange: Exchange, asked: Headers) -> list[str]:
    def items() -> Iterable[str]:
        for device in sorted(exchange.devices):
            told = [("ActionID", asked["ActionID"]), ("Device", device), ("State", exchange.switch.state_of(device))]
            yield _item("DeviceStateChange", told)

    return _listed(asked, "Device State Changes will follow", "DeviceStateListComplete", items())


def _bridges(exchange: Exchange, asked: Headers) -> list[str]:
    items = (_item("BridgeListItem", [("ActionID", asked["ActionID"]), *one.headers()]) for one in exchange.switch.bridges.values())
    return _listed(asked, "Bridge listing will follow", "BridgeListComplete", items)


def _parked(exchange: Exchange, asked: Headers) -> list[str]:
    items = (_item("ParkedCall", [("ActionID", asked["ActionID"]), *one.headers()]) for one in exchange.clicks.parked.values())
    return _listed(asked, "Parked calls will follow", "ParkedCallsComplete", items)


# --- what is changed ---------------------------------------------------------------------------------------------------------------


def _setvar(exchange: Exchange, asked: Headers) -> list[str]:
    name, value = asked["Variable"], asked.get("Value", "")
    if "Channel" not in asked:
        exchange.set_global(name, value)
        return [response(asked, Message="Variable Set")]
    channel = exchange.switch.find(asked["Channel"])
    if channel is None:
        return _no(asked, "No such channel")
    call = exchange.live.get(channel.id)
    if name == TIMEOUT and call is not None:
        call.lease(float(value))
    elif name == LANGUAGE:
        channel.language = value
    else:
        channel.variables[name] = value
    return [response(asked, Message="Variable Set")]


def _agi(exchange: Exchange, asked: Headers) -> list[str]:
    channel = exchange.switch.find(asked["Channel"])
    if channel is None:
        return _no(asked, f"Channel {asked['Channel']} does not exist.")
    call = exchange.live.get(channel.id)
    if call is None or not call.in_flow:
        return _no(asked, f"Channel {asked['Channel']} is not running AGI.")
    call.command(Command(asked.get("CommandID", ""), asked["Command"]))
    return [response(asked, Message="Added AGI command to queue")]


def _hangup(exchange: Exchange, asked: Headers) -> list[str]:
    channel = exchange.switch.find(asked["Channel"])
    if channel is None:
        return _no(asked, "No such channel")
    cause = int(asked.get("Cause", "0"))
    exchange.agenda.after(0.0, lambda: exchange.hang_up(channel, cause))
    return [response(asked, Message="Channel Hungup")]


def _queue_add(exchange: Exchange, asked: Headers) -> list[str]:
    who = asked["Queue"], asked["Interface"], asked.get("MemberName", asked["Interface"])
    why = exchange.queues.add(*who, paused=_flag(asked, "Paused"), reason=asked.get("Reason", ""))
    return _done(asked, why, "Added interface to queue")


def _queue_remove(exchange: Exchange, asked: Headers) -> list[str]:
    return _done(asked, exchange.queues.remove(asked["Queue"], asked["Interface"]), "Removed interface from queue")


def _queue_pause(exchange: Exchange, asked: Headers) -> list[str]:
    paused = _flag(asked, "Paused")
    why = exchange.queues.pause(asked.get("Queue", ""), asked["Interface"], paused=paused, reason=asked.get("Reason", ""))
    return _done(asked, why, f"Interface {'paused' if paused else 'unpaused'} successfully")


def _originate(exchange: Exchange, asked: Headers) -> list[str]:
    exchange.agenda.after(0.0, lambda: exchange.originate(asked))
    return [response(asked, Message="Originate successfully queued")]


def _redirect(exchange: Exchange, asked: Headers) -> list[str]:
    exchange.clicks.asked[asked["Channel"]] += 1
    if exchange.switch.find(asked["Channel"]) is None:
        return _no(asked, f"Channel does not exist: {asked['Channel']}")
    return _done(asked, exchange.clicks.redirect(asked), "Redirect successful")


def _blind_transfer(exchange: Exchange, asked: Headers) -> list[str]:
    exchange.clicks.asked[asked["Channel"]] += 1
    channel = exchange.switch.find(asked["Channel"])
    if channel is None:
        return _no(asked, "Channel specified does not exist")
    return _done(asked, exchange.clicks.blind_transfer(channel, asked["Context"], asked["Exten"]), "Transfer succeeded")


def _bridge(exchange: Exchange, asked: Headers) -> list[str]:
    for which in ("Channel1", "Channel2"):
        if exchange.switch.find(asked[which]) is None:
            return _no(asked, f"{which} does not exist: {asked[which]}")
    return [response(asked, Message="Channels have been bridged")]


ANSWERS: dict[str, Does] = {
    "getvar": _getvar,
    "setvar": _setvar,
    "agi": _agi,
    "hangup": _hangup,
    "coreshowchannels": _channels,
    "queuestatus": _queue_status,
    "devicestatelist": _devices,
    "bridgelist": _bridges,
    "parkedcalls": _parked,
    "queueadd": _queue_add,
    "queueremove": _queue_remove,
    "queuepause": _queue_pause,
    "originate": _originate,
    "redirect": _redirect,
    "blindtransfer": _blind_transfer,
    "bridge": _bridge,
}
