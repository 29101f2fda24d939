"""What the real manager interface lets whom do, and how it says no. Pure. Tried on 22.10.1."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5

READ = frozenset({"system", "call", "agent", "agi", "dtmf"})
WRITE = frozenset({"agent", "call", "originate", "agi", "reporting"})
"""The classes of manager.conf.j2."""

LINE = 1024
"""Bytes a line may have, its end included."""
HEADERS = 128

BY_CLASS = {
    "": "BridgeDestroy BridgeInfo BridgeKick BridgeList BridgeTechnologyList BridgeTechnologySuspend BridgeTechnologyUnsuspend Challenge "
    "Events ListCommands Login Logoff Ping QueueChangePriorityCaller QueueReload QueueReset QueueRule QueueStatus QueueSummary "
    "QueueWithdrawCaller WaitEvent",
    "system,call": "AbsoluteTimeout Hangup LocalOptimizeAway MixMonitorMute PJSIPHangup StopMixMonitor",
    "agi": "AGI",
    "call": "Atxfer BlindTransfer Bridge CancelAtxfer ControlPlayback PlayDTMF Redirect SendFlash SendText Setvar",
    "system,reporting": "CoreSettings CoreShowChannelMap CoreShowChannels CoreStatus DBGet DBGetTree LoggerRotate PJSIPQualify",
    "call,reporting": "DeviceStateList ExtensionState ExtensionStateList Getvar MailboxCount MailboxStatus PresenceState",
    "originate": "Originate",
    "agent": "QueueAdd QueueLog QueueMemberRingInUse QueuePause QueuePenalty QueueRemove",
    "config,reporting": "ShowDialPlan",
    "system,call,reporting": "Status",
    "command": "Command",
    "config": "CreateConfig GetConfig GetConfigJSON ListCategories UpdateConfig",
    "system": "DBDel DBDelTree DBPut Filter MixMonitor ModuleLoad MuteAudio PJSIPShowContacts PJSIPShowEndpoint PJSIPShowEndpoints",
    "system,config": "Reload",
    "user": "UserEvent",
}
VERBS: Mapping[str, str] = {name.lower(): name for names in BY_CLASS.values() for name in names.split()}
CLASSES: Mapping[str, frozenset[str]] = {
    name.lower(): frozenset(classes.split(",")) - {""} for classes, names in BY_CLASS.items() for name in names.split()
}
UNKNOWN_TO_ALL = frozenset({"login", "challenge"})


def may(verb: str, write: frozenset[str]) -> bool:
    """Whether somebody with these classes may use the verb, which is known."""
    classes = CLASSES[verb.lower()]
    return not classes or bool(classes & write)


def refusal(verb: str | None, write: frozenset[str], *, known: bool) -> str | None:
    """Why an action is refused, in the real one's words; None: it is not. `known`: who asks has logged in."""
    if not verb:
        return "Missing action in request"
    if not known and verb.lower() not in UNKNOWN_TO_ALL:
        return "Permission denied"
    if verb.lower() not in VERBS:
        return f"Invalid/unknown command: {verb}. Use Action: ListCommands to show available commands."
    return None if may(verb, write) else "Permission denied"


def commands(write: frozenset[str]) -> dict[str, str]:
    """What ListCommands names: verb -> its classes, as it writes them."""
    allowed = sorted((name for name in VERBS.values() if may(name, write)), key=str.lower)
    return {name: f"(Priv: {_spelled(name)})" for name in allowed}


def _spelled(verb: str) -> str:
    [classes] = [classes for classes, names in BY_CLASS.items() if verb in names.split()]
    return f"{classes},all" if classes else "<none>"


def key_of(challenge: str, secret: str) -> str:
    """What is sent for a secret when the login is by MD5."""
    return md5(f"{challenge}{secret}".encode()).hexdigest()
