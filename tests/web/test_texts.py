"""Every text of a page or of Python exists in Chinese, and no translation is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from callcenter.settings import CHECKOUT
from callcenter.web import texts

TEMPLATES = CHECKOUT / "agent_ui" / "templates"
Keywords = Mapping[str, tuple[int, ...] | None]
KEYWORDS: Keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PYTHON_KEYWORDS: Keywords = {"_": None, "N_": None, "gettext": (2,), "ngettext": (2, 3)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def used_texts() -> Iterator[tuple[str, Path]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield from found_in(path, "jinja2", KEYWORDS, {"trimmed": "true"})
    for path in sorted((CHECKOUT / "callcenter").rglob("*.py")):
        yield from found_in(path, "python", PYTHON_KEYWORDS, {})


def found_in(path: Path, method: str, keywords: Keywords, options: dict[str, str]) -> Iterator[tuple[str, Path]]:
    entry = "jinja2.ext:babel_extract" if method == "jinja2" else method
    for _, message, _, _ in extract(entry, BytesIO(path.read_bytes()), keywords=keywords, options=options):
        yield (message if isinstance(message, str) else message[0]), path


def test_every_text_is_translated() -> None:
    known = texts.merged("zh_CN")
    missing = {f"{path.relative_to(CHECKOUT)}: {message!r}" for message, path in used_texts() if not known.get(message)}
    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("locale", [name for name in texts.LOCALES if (texts.LOCALE_DIR / name).is_dir()])
def test_no_translation_is_fuzzy_obsolete_or_has_other_placeholders(locale: str) -> None:
    used = {message for message, _ in used_texts()}
    wrong = []
    for path, catalog in texts.catalogs(locale):
        wrong += [f"{path.name}: obsolete {message!r}" for message in catalog.obsolete]
        for message in catalog:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string or [])
            if not ids[0]:
                continue
            if message.fuzzy:
                wrong.append(f"{path.name}: fuzzy {ids[0]!r}")
            if ids[0] not in used:
                wrong.append(f"{path.name}: nobody says {ids[0]!r}")
            if any(sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(ids[-1])) for text in strings):
                wrong.append(f"{path.name}: other placeholders in {ids[0]!r}")
    assert not wrong, "\n".join(wrong)


def test_files_that_disagree_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "zh_CN"
    folder.mkdir()
    (folder / "a.po").write_text('msgid "Answer"\nmsgstr "接听"\n', encoding="utf-8")
    (folder / "b.po").write_text('msgid "Answer"\nmsgstr "应答"\n', encoding="utf-8")
    with pytest.raises(texts.TextsDisagree, match=r"接听.*a\.po.*应答.*b\.po"):
        texts.merged("zh_CN", tmp_path)


def test_a_text_without_translation_stays_english() -> None:
    assert texts.gettext("zh_CN", "no such text") == "no such text"
    assert texts.gettext("en", "Sign in") == "Sign in"
    assert texts.gettext("zh_CN", "Sign in") == "登录"
