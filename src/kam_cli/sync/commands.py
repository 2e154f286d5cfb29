"""`kam sync-folder`: a folder that telephones, address books and calendars share with the book."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.exports._target import path
from kam_cli.kinds import choice
from kam_cli.output import Block, Page
from kam_cli.params import arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


@verb()
def sync_folder(
    c: Context,
    folder: str = arg(path, "the folder; made where there is none"),
    two_way: bool = flag("take over what was edited in the folder"),
    only: list[str] = opt(choice("contacts", "calendar", "tasks"), "these only; all three", many=True),
    dry_run: bool = flag("show what would be done; change nothing"),
) -> Any:
    """Keep a folder of cards, events and to-dos as the book has them; silent where nothing is to be done.

    It is a vdir: khard, khal, todoman and vdirsyncer read it, and by vdirsyncer a telephone. contacts/ has people and
    companies, calendar/ appointments and follow-ups with alarms, tasks/ follow-ups as to-dos. With --two-way, edits come
    back: names, phones, e-mails, notes of people, an appointment or follow-up that was moved or ticked off (✓ before its
    title). Where the book changed too it wins, and the other side is kept as a note. One undo takes all of it back.

    $ kam sync-folder ~/sync
    $ kam sync-folder ~/sync --two-way
    """
    from kam_cli.formats.ical import library
    from kam_cli.sync.folder import COLLECTIONS, Folder
    from kam_cli.sync.plan import Sync

    shows = set(only or COLLECTIONS)
    if shows - {"contacts"}:
        library()
    there = Folder(folder)
    run = Sync(c, there, shows, two_way)
    there.refuse_other(bool(run.states))
    run.look()
    if dry_run:
        run.compare()
        return told(c, run, dry_run)
    there.make()
    if run.edits and two_way:
        with c.write(len(run.edits)):
            run.take()
    run.compare()
    run.carry_out()
    return told(c, run, dry_run)


def told(c: Context, run: Any, dry_run: bool) -> Page | None:
    """What was done; nothing where there was nothing to do, or with --quiet."""
    data: Row = run.told()
    for line in data["overwritten"]:
        c.note(f"kam: edited in the folder, and written over: {line}. To take edits over: --two-way")
    for line in data["noted"]:
        c.note(f"kam: the book had changed, so this is kept as a note: {line}")
    for line in data["broken"]:
        c.note(f"kam: a broken file was written anew: {line}")
    if data["strange"]:
        count = len(data["strange"])
        what = "file was" if count == 1 else "files were"
        c.note(
            f"kam: {count} {what} made by another program, and left alone. Take people in: kam import {run.folder.path}/contacts"
        )
    done = [f"{data[name]} {name}" for name in ("written", "removed") if data[name]]
    done += [f"{len(data['taken'])} edits taken over"] if data["taken"] else []
    if c.format == "table" and (not done or c.flags.get("quiet")):
        return None
    would = "would be: " if dry_run else ""
    return Page(data, [Block(f"{run.folder.path}: {would}{', '.join(done)}", lines=data["taken"] or [""])])
