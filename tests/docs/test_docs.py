"""Every setting, command and word is documented, and nothing is documented that is not there."""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from callcenter.cli import parser
from callcenter.settings import CHECKOUT, Settings

MAKEFILE = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md"))}


def commands(of: argparse.ArgumentParser, before: str = "callcenter", text: str = "") -> Iterator[tuple[str, str]]:
    """Every command as it is typed, and what its help says."""
    deeper = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not deeper:
        yield before, text
    for action in deeper:
        texts = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, one in action.choices.items():
            yield from commands(one, f"{before} {name}", texts[name])


def test_every_setting_is_in_the_table_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)` )?\| (.*) \|$", PAGES["settings.md"], re.MULTILINE)
    assert rows == [(f.name, str(f.default), f.metadata["doc"]) for f in fields(Settings)]


def test_every_command_is_in_the_table_with_its_help() -> None:
    rows = re.findall(r"^\| `(callcenter [a-z ]+)` \| (.*) \|$", PAGES["commands.md"], re.MULTILINE)
    assert rows == list(commands(parser()))


def test_every_command_that_is_told_of_is_there() -> None:
    known = {command for command, _text in commands(parser())}
    first = {command.split()[1] for command in known}
    told = set(re.findall(r"`(?:\.venv/bin/)?callcenter ([a-z]+)(?: ([a-z]+)\b)?", "\n".join(PAGES.values())))
    wrong = {
        (one, two) for one, two in told if one not in first or (f"callcenter {one}" not in known and f"callcenter {one} {two}" not in known)
    }
    assert wrong == set()


def test_help_lists_the_words_there_are() -> None:
    said = subprocess.run(["make", "-s", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    there = set(MAKEFILE.split(".PHONY:")[1].splitlines()[0].split()) - {"help"}
    assert set(re.findall(r"^make (\w+)", said, re.MULTILINE)) == there
    assert set(re.findall(r"`make (\w+)", "\n".join(PAGES.values()))) <= there | {"help"}


def test_every_file_that_is_pointed_to_is_there() -> None:
    for name, page in PAGES.items():
        folder = CHECKOUT if (CHECKOUT / name).exists() else CHECKOUT / "docs"
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page):
            assert (folder / target).exists(), f"{name} points to {target}"


def test_nothing_names_the_place_it_was_written_in() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout.decode()
    places = [f"{place}/" for place in (CHECKOUT, Path.home()) if len(place.parts) > 1]
    found = []
    for path in (CHECKOUT / name for name in listed.split("\0") if name):
        if path.is_file() and path.suffix not in (".gz", ".xz", ".png", ".wav"):
            text = path.read_text(encoding="utf-8")
            found += [f"{path.name}: {place}" for place in places if place in text]
    assert found == []


def test_the_lock_file_names_no_host() -> None:
    lock = (CHECKOUT / "agent_ui/package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert '"integrity"' in lock
