"""Names of persons: stray characters, forms of address, given and family names."""

from __future__ import annotations

import re

# Soft hyphen, zero-width space and joiners of words, byte order mark, marks of direction, controls: they come with a
# pasted name and mean nothing. The joiners that Persian and emoji are written with (U+200C, U+200D) stay.
_STRAY = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)


def tidy(text: str) -> str:
    """A name on one line between single spaces, without what cannot be seen, quotes around it and commas after it."""
    text = " ".join(_STRAY.sub("", text).split())
    while True:
        bare = text.strip(" ,;").removesuffix(" .")
        if (
            len(bare) > 2
            and (bare[0], bare[-1]) in _AROUND
            and bare[0] not in bare[1:-1]
            and bare[-1] not in bare[1:-1]
        ):
            bare = bare[1:-1]
        if bare == text:
            return text
        text = bare


_AROUND = {('"', '"'), ("'", "'"), ("“", "”"), ("„", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("‘", "’")}


def sex_of_title(text: str) -> str | None:
    """``f`` or ``m`` of a form of address that says no more than that."""
    return {"mr": "m", "mrs": "f", "ms": "f"}.get(text.strip(" .").casefold())
