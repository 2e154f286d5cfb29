"""Brings a reminder to its reader: by mail, as reminders to oneself are sent, or into the mail program."""

from __future__ import annotations

import os

from kam_cli.domains.reminders import notify
from kam_cli.domains.reminders.programs import failure, find, run
from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.domains.debts.letters import Letter


class _From:
    """The settings for mail, with the owner as the sender in any case."""

    def __init__(self, c: Context, sender: str) -> None:
        self.c = c
        self.sender = sender

    def get(self, key: str, /) -> Any:
        return self.sender if key == "mail.from" else self.c.config.get(key)


def mail(c: Context, letter: Letter) -> str:
    """Send it to the client. Raises BadValue where sender or receiver is not known, KamError where it is not taken."""
    sender = c.config.get("mail.from") or c.config.get("seller.email") or c.config.get("mail.to")
    if not sender:
        raise BadValue("nobody to mail it from: kam config set mail.from ADDRESS")
    if not letter.to:
        raise BadValue(
            "no e-mail address of this client is known: add --to ADDRESS, or print it with --print"
        )
    notify.deliver("mail", letter.subject, letter.text.split("\n"), _From(c, sender), letter.to)
    return f"mailed to {letter.to}"


def open_program(letter: Letter) -> bool:
    """Open the mail program on it; False where there is none, or no screen."""
    program = find("xdg-email")
    if not program or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    words = ["--utf8", "--subject", letter.subject, "--body", letter.text]
    ran = run([program, *words, *([f"mailto:{letter.to}"] if letter.to else [])])
    if ran.code:
        raise failure("xdg-email", ran)
    return True
