"""The text on the clipboard, read by the program that the system has for it."""

from __future__ import annotations

import os
import sys

from kam_cli.errors import KamError

CLIPBOARD = "@clipboard"
_WAYLAND = (("wl-paste", "--no-newline"),)
_X11 = (("xclip", "-selection", "clipboard", "-out"), ("xsel", "--clipboard", "--output"))
_OTHERS = (
    ("pbpaste",),
    ("termux-clipboard-get",),
    (
        "powershell.exe",
        "-NoProfile",
        "-Command",
        "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Clipboard -Raw",
    ),
)


def read() -> bytes:
    """What is on the clipboard. Raises KamError where nothing can read it, or nothing is on it."""
    from kam_cli.domains.reminders import programs

    programs_here = [
        *(_WAYLAND if os.environ.get("WAYLAND_DISPLAY") else ()),
        *(_X11 if os.environ.get("DISPLAY") else ()),
        *_OTHERS,
    ]
    for argv in programs_here:
        path = programs.find(argv[0])
        if path is None:
            continue
        ran = programs.run([path, *argv[1:]])
        if ran.code:
            raise programs.failure(argv[0], ran)
        if not ran.out.strip():
            raise KamError("the clipboard is empty: copy the cells first")
        return bytes(ran.out)
    raise KamError(f"cannot read the clipboard: {_advice()}, or paste into: kam import -")


def _advice() -> str:
    if os.environ.get("WAYLAND_DISPLAY"):
        return "install wl-clipboard"
    if os.environ.get("DISPLAY"):
        return "install xclip or xsel"
    return "there is no program pbpaste" if sys.platform == "darwin" else "there is no graphical session here"
