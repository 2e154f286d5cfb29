"""`kam offer send`: the document goes to the client by mail, or into the mail program, and into the log."""

from __future__ import annotations

import os

from kam_cli.command import verb
from kam_cli.domains.interactions import store as interactions
from kam_cli.domains.offers import pdf, store
from kam_cli.domains.offers.answering import refuse
from kam_cli.domains.offers.document import Document
from kam_cli.domains.offers.naming import offer
from kam_cli.domains.offers.page import saved
from kam_cli.domains.offers.writing import made
from kam_cli.domains.reminders import notify
from kam_cli.domains.reminders.programs import failure, find, run
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, line
from kam_cli.output import Block, Page
from kam_cli.params import arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from email.message import EmailMessage
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

FORMS = {"pdf": ("application", "pdf"), "html": ("text", "html"), "md": ("text", "markdown")}


@verb()
def send(
    c: Context,
    offer: Ref = arg(offer, "which offer"),
    *,
    to: str | None = opt(line, "mail it to this address; without it your mail program opens"),
    as_: str | None = opt(choice(*FORMS), "pdf (default where it can be made), html or md", "--as"),
    only_log: bool = flag("it went out in another way: note that, and send nothing"),
    dry_run: bool = flag("show the mail; send and note nothing"),
) -> Any:
    """Send an offer, and log that as an e-mail to the client.

    With --to it is mailed as your reminders are (kam config list mail); else your mail program opens with the document
    attached.

    $ kam offer send 2026-0001 --to jana@acme.example
    $ kam offer send acme --dry-run
    $ kam offer send acme --only-log
    """
    refuse(store.LISTING.one(c, offer.id), "send")
    if only_log:
        if to:
            raise BadValue(
                "--to and --only-log: nothing is sent where it is only logged; leave one of them out"
            )
        return note(c, offer.id, "sent, as you say")
    letter = Letter(c, offer.id, to, as_)
    if dry_run:
        return letter.page()
    done = letter.mail(c) if to else letter.open_program()
    return note(c, offer.id, done)


class Letter:
    """The mail with an offer: to whom, what it says, and the document."""

    def __init__(self, c: Context, offer_id: int, to: str | None, form: str | None) -> None:
        document = Document(c, offer_id)
        row, words = document.offer, document.words
        places = {
            "number": row["number"], "seller": document.seller["name"], "valid_until": words.day(row["valid_until"]),
            "total": words.money(row["total_minor"], row["currency"]),
        }  # fmt: skip
        self.to = to or store.email_of(c.book, row["client_id"], row["contact_id"]) or ""
        self.subject = " ".join(words["subject"].format(**places).strip(" –").split())
        closing = [words["regards"], document.seller["name"]]
        self.lines = [words["hello"], "", words["body"].format(**places), "", *closing]
        self.form = form or ("pdf" if pdf.is_there() else "html")
        content = made(document, self.form)
        self.data = content.encode() if isinstance(content, str) else content
        self.file = f"{words.language}-{row['number']}.{self.form}"

    def page(self) -> Page:
        """What would be sent."""
        row = {
            "to": self.to or None,
            "subject": self.subject,
            "text": "\n".join(self.lines),
            "file": self.file,
        }
        pairs = [
            ("to", self.to or "nobody yet"),
            ("subject", self.subject),
            ("document", f"{self.file}, {len(self.data):,} bytes"),
        ]
        return Page(
            {**row, "bytes": len(self.data)}, [Block("", pairs=pairs), Block("Text", lines=self.lines)]
        )

    def mail(self, c: Context) -> str:
        """Send it by the settings for mail. Raises BadValue and KamError where it is not taken."""
        sender = c.config.get("mail.from") or c.config.get("seller.email")
        if not sender:
            raise BadValue("nobody to mail it from: kam config set mail.from ADDRESS")
        to = notify.check_address(self.to, "--to")
        message = notify.compose(self.subject, self.lines, notify.check_address(sender, "mail.from"), to)
        attach(message, self.file, self.data, FORMS[self.form])
        notify.post(message, c.config)
        return f"sent to {to[1]}"

    def open_program(self) -> str:
        """Open the mail program on it. Raises KamError where there is none."""
        program = find("xdg-email")
        if not program or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise KamError(
                "no mail program can be opened here. Mail it with --to ADDRESS; or write the document (kam offer "
                "show … --pdf FILE), send it yourself, and note that with --only-log"
            )
        path = os.path.join(_folder(), self.file)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.data)
        words = ["--utf8", "--subject", self.subject, "--body", "\n".join(self.lines), "--attach", path]
        ran = run([program, *words, *([f"mailto:{self.to}"] if self.to else [])])
        if ran.code:
            raise failure("xdg-email", ran)
        return "opened in your mail program"


def attach(message: EmailMessage, name: str, data: bytes, kind: tuple[str, str]) -> None:
    """Put a file to a message."""
    from email.contentmanager import raw_data_manager

    main, sub = kind
    params = {"charset": "utf-8"} if main == "text" else {}
    message.add_attachment(data, main, sub, filename=name, params=params, content_manager=raw_data_manager)


def _folder() -> str:
    """A new private folder that is gone after logging out; the mail program reads from it in its own time."""
    from tempfile import mkdtemp

    from kam_cli.editor import places

    try:
        return mkdtemp(prefix="kam-", dir=next(places(), None))
    except OSError as error:
        raise KamError(f"there is no folder for the document ({error.strerror}). Set TMPDIR") from None


def note(c: Context, offer_id: int, done: str) -> Any:
    """Note that an offer is with the client: its status, and an e-mail in the log."""
    from kam_cli.values.money import format_money

    with c.write():
        row = store.LISTING.one(c, offer_id)
        refuse(row, "send")
        store.edit(c.book, offer_id, {"status": "sent", "sent_at": c.now})
        total = format_money(row["total_minor"], row["currency"])
        entry = {
            "client_id": row["client_id"], "deal_id": row["deal_id"], "kind": "email", "occurred_at": c.now, "is_timed": 1,
            "is_planned": 0, "direction": "out", "outcome": "sent", "minutes": None,
            "text": f"Offer {row['number']}: {total}, valid until {row['valid_until']}",
        }  # fmt: skip
        people = [row["contact_id"]] if row["contact_id"] else []
        logged = interactions.add(c.book, entry, people, [])
    return saved(c, offer_id, done, interaction_id=logged)
