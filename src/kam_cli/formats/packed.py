"""Several texts in one cell, so that each comes back exactly: parted by `` ::: ``, as Google parts values."""

from __future__ import annotations

import re

BETWEEN = " ::: "
IDS = "ids_elsewhere"  # a column that nobody but `kam export` writes
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_MEANT = {"n": "\n", "r": "\r"}
_MARKED = re.compile(r"\\(.)")


def pack(texts: list[str]) -> str:
    r"""``a ::: b``; a backslash, a line break and ``:::`` in a text are written ``\\``, ``\n`` and ``::\:``."""
    return BETWEEN.join(map(escape, texts))


def unpack(cell: str) -> list[str]:
    """The texts of a cell: what `pack` made, or a person who wrote one a line. Blank ones are left out."""
    parts = (part.strip() for line in re.split("[\r\n]", cell) for part in line.split(BETWEEN))
    return [_MARKED.sub(lambda found: _MEANT.get(found[1], found[1]), part) for part in parts if part]


def pack_pair(name: str, text: str) -> str:
    r"""``name=text`` for `pack`; an equals sign in the name is written ``\e``."""
    if "=" in name or "\\" in name:
        name = name.replace("\\", "\\\\").replace("=", "\\e")
    return f"{name}={text}"


def unpack_pair(pair: str) -> tuple[str, str]:
    """Name and text of a pair that `pack_pair` made; the name is empty where there is no equals sign."""
    name, equals, text = pair.partition("=")
    if not equals:
        return "", pair
    return _MARKED.sub(lambda found: "=" if found[1] == "e" else found[1], name), text


def is_plain(text: str) -> bool:
    """Whether a text needs no escape."""
    return "\\" not in text and ":::" not in text and "\n" not in text and "\r" not in text


def escape(text: str) -> str:
    """A text as it stands among others."""
    if is_plain(text):
        return text
    text = "".join(_ESCAPED.get(char, char) for char in text)
    return text.replace(":::", "::\\:")
