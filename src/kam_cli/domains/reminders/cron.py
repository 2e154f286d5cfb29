"""`kam cron`: the line in the user's crontab that runs `kam remind`."""

from __future__ import annotations

import os

from kam_cli.command import verb
from kam_cli.domains.reminders import crontab
from kam_cli.domains.reminders.commands import address, channel
from kam_cli.errors import BadValue
from kam_cli.kinds import line
from kam_cli.output import Block, Page, Saved
from kam_cli.params import opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context

EVERY = "*/15 * * * *"


@verb()
def install(
    c: Context,
    at: str | None = opt(line, "when, in the five fields of cron; every 15 minutes"),
    notify: str | None = opt(channel, "how: stdout (default; cron mails what is printed), desktop or mail"),
    to: str | None = opt(address, "mail it to this address; else to mail.to (config)"),
) -> Saved:
    """Have cron run `kam remind` for you.

    kam's line in your crontab is put in, or brought up to date; nothing else there is touched.

    $ kam cron install --notify mail --to ewa@example.com
    $ kam cron install --at "0 8-18 * * mon-fri" --notify desktop
    """
    if to and notify != "mail":
        raise BadValue("--to is an address for mail: add --notify mail")
    if notify == "mail" and not (to or c.config.get("mail.to")):
        raise BadValue("nobody to mail to: write --to ADDRESS, or set it: kam config set mail.to ADDRESS")
    path = os.path.abspath(c.book.path)
    lines = crontab.build_lines(crontab.kam_command(), path, notify or "stdout", to, at or EVERY, os.environ)
    before = crontab.read_crontab()
    after = crontab.with_block(before, lines)
    if after != before:
        crontab.write_crontab(after)
    done = "in your crontab" if after != before else "in your crontab already"
    return Saved(f"{done}: {' '.join(lines)}", {"lines": lines})


@verb()
def show(c: Context) -> Page:
    """Show kam's line in your crontab.

    $ kam cron show
    """
    lines = crontab.block_of(crontab.read_crontab()) or []
    empty = "kam is not in your crontab. Put it there: kam cron install"
    return Page({"lines": lines}, [Block("", lines=lines)], empty)


@verb()
def remove(c: Context) -> Saved:
    """Take kam's line out of your crontab.

    $ kam cron remove
    """
    before = crontab.read_crontab()
    after = crontab.without_block(before)
    if after == before:
        return Saved("kam was not in your crontab", {"lines": []})
    crontab.write_crontab(after)
    return Saved("kam is out of your crontab", {"lines": []})
