"""An import from the command line to its summary: open the table, match its columns, run, commit or take back."""

from __future__ import annotations

from collections import namedtuple
from contextlib import contextmanager

from kam_cli import bulk
from kam_cli.automatic import bulk_rows
from kam_cli.errors import BadValue, KamError
from kam_cli.formats.readers import open_any
from kam_cli.imports import archive, asking, identity, layouts, matching, report
from kam_cli.imports import clipboard as clip
from kam_cli.imports.badrows import BadRows
from kam_cli.imports.reading import Reading, Unreadable
from kam_cli.imports.run import Options, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    from kam_cli.command import Context
    from kam_cli.formats.table import Table

Order = namedtuple("Order", "file importing map source ask dry_run keep_unknown options")

LABELS = {"-": "standard input", clip.CLIPBOARD: "the clipboard"}
CACHE_KB = 64_000  # of pages, against the 2 000 of other commands; a large import touches many indexes

CREATED_BEFORE_GC = 50_000  # objects


class _TakeBack(Exception):
    """Ends the transaction of an import that is not to be stored."""


def transfer(c: Context, order: Any) -> Any:
    """Carry out an import; gives what is to be shown. Raises BadValue where the columns or the noun are not clear."""
    c.book  # noqa: B018 - without a book nothing is read
    with _input(order.file) as (data, digest):
        if archive.known(data):
            return archive.restore(c, order, data)
        try:
            table = open_any(data, order.ask)
        except BadValue:
            raise
        except KamError as error:
            return report.unreadable(error)
        with table:
            try:
                return _prepared(c, order, table, digest)
            except Unreadable as unreadable:
                return report.unreadable(unreadable.error)


def _prepared(c: Context, order: Any, table: Table, digest: Callable[[], str]) -> Any:
    layout = None if table.noun else layouts.recognised(table.header)
    source = (
        order.source or table.source or (layout.source if layout else identity.default_source(order.file))
    )
    importing = order.importing or matching.guess(c, table, layout, order.map, source)
    table.suit(importing.name)
    known = layouts.columns_of(layout, table.header, importing.fields)
    known = matching.merged(known, identity.saved_map(c.book, source, importing.name), importing.many)
    columns = matching.merged(known, order.map, importing.many)
    match = matching.match(importing, table, columns, order.map)
    is_open = c.interactive and not layout and not table.is_exact
    asked = asking.columns(c, importing, table, match, columns) if is_open else {}
    if asked:
        columns = matching.merged(columns, asked, importing.many)
        match = matching.match(importing, table, columns, order.map)
    constants = layout.constants if layout and layout.noun == importing.name else {}
    matching.check_required(importing, table, match, order.options["update"], constants)
    kept = matching.kept_columns(importing, table.header, match, columns) if order.keep_unknown else []
    table.notes[:0] = [layout.name] if layout else []
    reading = Reading(c, importing, table, match, kept, constants)
    bad_rows = BadRows(order.file, table.header) if order.options["skip_bad"] and not order.dry_run else None

    def key() -> str:
        return identity.file_key(digest(), table.part, importing.name, table.header, match)

    run = Run(c, importing, reading, source, Options(**order.options), key, bad_rows)
    run.nameless = layout.nameless if layout else ""
    return _carried_out(c, order, run, columns if order.map or asked else None)


def _carried_out(c: Context, order: Any, run: Run, columns: dict[str, str] | None) -> Any:
    """Write everything in one transaction, or nothing."""
    import gc

    # Little of what is read is cyclic; to look for cycles as often as usual takes a tenth of the time.
    gc.set_threshold(CREATED_BEFORE_GC)
    progress = report.Progress(c, run, order.file)
    alike: list[str] = []
    stored = False
    try:
        c.book.conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        batches = run.reading.ahead(0 if order.dry_run else bulk_rows(c.config))
        with c.write(run.reading.rows):
            for batch in batches:
                run.take(batch)
                progress.show()
                if run.is_hopeless:
                    break
            run.importing.finish(run)
            bulk.make_up(c.book, run.put_off or ())
            alike = run.importing.lookalikes(run)
            run.tell()
            if order.dry_run or (run.bad and not run.options.skip_bad):
                raise _TakeBack
            run.finish(order.file, columns)
            progress.say("indexing")
        stored = True
    except _TakeBack:
        pass
    except Unreadable as unreadable:
        return report.unreadable(unreadable.error, run.reading.rows)
    finally:
        progress.end()
        if run.bad_rows:
            run.bad_rows.close(keep=stored)
    return report.summary(c, order, run, alike)


@contextmanager
def _input(path: str) -> Iterator[tuple[str | BinaryIO, Callable[[], str]]]:
    """What to read, and a function for its SHA-256; what can be read once only is first put aside in a nameless file."""
    import os

    if path not in ("-", clip.CLIPBOARD) and (
        os.path.isdir(path) or os.path.isfile(path) or not os.path.exists(path)
    ):
        from kam_cli.formats.lines import digest_of

        yield path, lambda: digest_of(path)
        return
    import hashlib
    import sys
    import tempfile

    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as spool, _stream(path, sys.stdin) as stream:
        while block := stream.read(1 << 18):
            digest.update(block)
            spool.write(block)
        spool.seek(0)
        spool.label = LABELS.get(path, repr(path))  # type: ignore[attr-defined]  # for messages
        yield spool, digest.hexdigest


@contextmanager
def _stream(path: str, stdin: Any) -> Iterator[Any]:
    """Standard input for ``-``; the clipboard; a pipe or a device by its name."""
    if path == "-":
        yield stdin.buffer
        return
    if path == clip.CLIPBOARD:
        from io import BytesIO

        yield BytesIO(clip.read())
        return
    with open(path, "rb") as file:
        yield file
