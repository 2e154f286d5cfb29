"""`@verb` turns a plain function into a command: parameters in, something to show out, one transaction around it."""

from __future__ import annotations

import sys

from kam_cli.errors import Ambiguous, BadValue, Cancelled, named
from kam_cli.params import Edit, Param, params_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.config import Config


class Verb:
    """A command: its function, what it takes, and whether it changes the book.

    ``extra`` are parameters that several commands share, given to the function by name (``**card``);
    ``listing`` (see `kam_cli.listing`) adds ``--where --sort --limit`` and gives the function a ``page``.
    ``formats`` are those that it knows beside the ones of every command.
    """

    __slots__ = ("formats", "function", "listing", "name", "params", "path", "writes")

    def __init__(
        self, function: Callable[..., Any], name: str, writes: bool, listing: Any, extra: Sequence[Param]
    ) -> None:
        self.function = function
        self.name = name
        self.writes = writes
        self.listing = listing
        self.path = name
        self.formats: tuple[str, ...] = ()
        self.params: list[Param] = [*params_of(function), *extra]
        if listing is not None:
            from kam_cli.listing import page_params

            self.params += page_params()

    @property
    def doc(self) -> str:
        return self.function.__doc__ or ""


def verb(
    *names: str, writes: bool = False, listing: Any = None, extra: Sequence[Param] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function a command under its own name, or under each of ``names``.

    With ``writes`` the whole body is one transaction, and what it returns is shown after the commit. A body
    that has to ask first leaves it out and opens ``with c.write():`` itself, once, after the question.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        own = function.__name__.rstrip("_").replace("_", "-")
        function.__verbs__ = [Verb(function, name, writes, listing, extra) for name in names or (own,)]  # type: ignore[attr-defined]
        return function

    return mark


class Context:
    """What the body of a command may ask for: the book, the day, the settings, the person at the terminal."""

    def __init__(self, flags: dict[str, Any], argv: list[str], verb: Verb | None = None) -> None:
        self.flags = flags
        self.argv = argv
        self.verb = verb
        self.values: dict[str, Any] = {}
        self.written = ""  # what the person wrote in an editor
        self.is_stdin_read = False
        self._book: Book | None = None
        self._config: Config | None = None
        self._today: datetime.date | None = None

    # --- where and when -------------------------------------------------------------------------------------

    @property
    def book(self) -> Book:
        """The book, opened at the first use. Raises NoBook."""
        if self._book is None:
            from kam_cli.book import Book

            self._book = Book.open(self.db_path)
        return self._book

    @property
    def db_path(self) -> str:
        from kam_cli.config import db_path

        return db_path(self.flags.get("db"))

    @property
    def config(self) -> Config:
        if self._config is None:
            from kam_cli.config import Config

            self._config = Config.load()
        return self._config

    @property
    def today(self) -> datetime.date:
        """The owner's local date: ``--today``, ``KAM_TODAY``, else the wall clock in the book's time zone."""
        if self._today is None:
            from kam_cli.days import local_today

            self._today = local_today(self.flags.get("today"), self)
        return self._today

    @property
    def now(self) -> str:
        """This moment as UTC text, moved to the day of ``--today`` where one is given."""
        from kam_cli.days import local_now

        return local_now(self)

    @property
    def tz(self) -> str:
        return str(self.book.meta["tz"])

    @property
    def currency(self) -> str:
        return str(self.book.meta["currency"])

    @property
    def date_order(self) -> str:
        return str(self.config.get("date_order"))

    # --- the person -----------------------------------------------------------------------------------------

    @property
    def format(self) -> str:
        """table, json, jsonl, csv, tsv or md: flag, ``KAM_FORMAT``, config, table."""
        import os

        chosen = self.flags.get("format") or os.environ.get("KAM_FORMAT") or self.config.get("format")
        known = FORMATS + (self.verb.formats if self.verb else ())
        if chosen not in known:
            raise BadValue(f"no format {chosen!r}; choose one of {', '.join(known)}")
        return str(chosen)

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked: stdin and stderr are both a terminal."""
        return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())

    @property
    def terminal(self) -> bool:
        """Whether stdout is a terminal."""
        return bool(sys.stdout and sys.stdout.isatty())

    def note(self, message: str) -> None:
        """A remark for the person, on stderr; silent with ``--quiet``."""
        if not self.flags.get("quiet"):
            from kam_cli.output import say

            say(message)

    def confirm(self, question: str, details: list[str] | None = None) -> None:
        """Go on only with a yes. Raises Cancelled (exit 5) on a no, or where nobody can be asked."""
        if self.flags.get("yes"):
            return
        if not self.interactive:
            raise Cancelled(f"{question} Nobody can be asked here: add --yes to go on.", details)
        from kam_cli.output import ask

        if ask(f"{question} [y/N] ", details).casefold() not in ("y", "yes"):
            raise Cancelled("nothing was changed.")

    def choose(self, question: str, options: list[str]) -> int:
        """The index of the option the person picks. Raises Ambiguous where nobody can be asked."""
        if not self.interactive:
            raise Ambiguous(question, options)
        from kam_cli.output import ask

        numbered = [f"{i}) {option}" for i, option in enumerate(options, 1)]
        answer = ask(f"Which one (1–{len(options)}, Enter for none)? ", [question, *numbered])
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(options):
            return int(answer) - 1
        raise Cancelled("nothing was chosen; nothing was changed.")

    def write(self, rows: int = 1) -> Any:
        """The write path of the book for this command line, as a context manager; before it the backups that are due.

        ``rows``: how many may change, as far as is known. 0 wants no backup: nothing will be kept of the write, or
        what it takes away is not to be kept anywhere.
        """
        if rows > 1 or (rows and self.config.get("backup.daily")):
            from kam_cli import automatic

            automatic.before_write(self, rows)
        return self.book.write(self.argv)


FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md")


def bind(c: Context, verb: Verb, raw: dict[str, Any]) -> dict[str, Any]:
    """Raw texts → values, each parsed by its kind; an error is led by the parameter's name."""
    for param in verb.params:
        given = raw.get(param.name)
        value: Any
        if param.is_flag:
            value = bool(given)
        elif param.many:
            value = [_parse(c, param, text) for text in given or []]
        else:
            text = " ".join(given) if param.joined and given else given
            value = None if text is None or (param.joined and not given) else _parse(c, param, text)
        if (
            param.required
            and (value is None or (param.many and not value))
            and not _is_edited(verb, param, raw)
        ):
            raise BadValue(f"{param.label} is missing. Try: kam {verb.path} --help")
        c.values[param.name] = value
    return c.values


def _is_edited(verb: Verb, param: Param, raw: dict[str, Any]) -> bool:
    """Whether a parameter is to be written in an editor."""
    return any(
        isinstance(one, Edit) and one.target == param.name and raw.get(one.name) for one in verb.params
    )


def _edit(c: Context, param: Edit, values: dict[str, Any]) -> None:
    """Have the text written; nothing is locked meanwhile."""
    if not values.pop(param.name):
        return
    from kam_cli.editor import write_text

    c.book  # noqa: B018 - without a book nothing is written
    begun = values[param.target] or (param.begun(c, values) if param.begun else None)
    values[param.target] = c.written = write_text(c, begun or "")


def _parse(c: Context, param: Param, text: str) -> Any:
    assert param.kind is not None
    if "\0" in text or not text.isascii():
        _refuse_broken(param, text)
    try:
        return param.kind.parse(c, text)
    except BadValue as error:
        raise named(param.label, error) from None


def _refuse_broken(param: Param, text: str) -> None:
    """Raises BadValue, led by the parameter's name, for what is no text; a file's name may be in no encoding at all."""
    from kam_cli.text import check_text

    if param.kind and param.kind.metavar == "FILE":
        text = "".join("?" if "\udc80" <= char <= "\udcff" else char for char in text)
    check_text(text, param.label)


def run(verb: Verb, raw: dict[str, Any], flags: dict[str, Any], argv: list[str]) -> int:
    """Run one command from its raw texts to its exit code; every failure becomes one line and its code."""
    c = Context(flags, argv, verb)
    try:
        return _run(c, verb, raw)
    except BaseException as error:
        from kam_cli.failures import failed

        return failed(error, bool(flags.get("debug")), c)
    finally:
        if c._book is not None:
            c._book.close()


def _run(c: Context, verb: Verb, raw: dict[str, Any]) -> int:
    from kam_cli.output import Stream, render

    c.format  # noqa: B018 - an unknown format is refused before anything changes
    values = dict(bind(c, verb, raw))
    if verb.listing is not None:
        from kam_cli.listing import Page

        values["page"] = Page(values.pop("where"), values.pop("sort"), values.pop("limit"))
    for param in verb.params:
        if isinstance(param, Edit):
            _edit(c, param, values)
    if verb.writes:
        with c.write():
            shown = verb.function(c, **values)
    else:
        shown = verb.function(c, **values)
    if c._book is not None and not isinstance(shown, Stream):
        c._book.meta  # noqa: B018 - drawing needs the time zone after the book is closed
        # Nothing is held while a table is drawn or a pager waits.
        c._book.close()
    return render(c, shown)
