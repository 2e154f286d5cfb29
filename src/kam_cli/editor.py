"""A text written in the person's own editor, in a private file that is gone afterwards."""

from __future__ import annotations

import os

from kam_cli.errors import BadValue, Cancelled, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.command import Context


def write_text(c: Context, begun: str) -> str:
    """What the person made of ``begun`` in $VISUAL, $EDITOR, or vi on a terminal.

    Raises BadValue where there is no editor or what it left is no text, KamError where it cannot be started,
    Cancelled where it failed or left nothing.
    """
    import signal
    from tempfile import TemporaryDirectory

    command = _command(c)
    try:
        # A folder of its own (0700) also keeps what editors leave beside the file: backups, swap files.
        folder = TemporaryDirectory(prefix="kam-", dir=next(places(), None))
    except OSError as error:
        raise KamError(f"--edit: there is no folder for the draft ({error.strerror}). Set TMPDIR") from None
    with folder, _Interrupts():
        path = os.path.join(folder.name, "text.txt")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(begun + "\n" if begun else "")
        code = _run(c, [*command, path])
        if code in (-signal.SIGINT, 128 + signal.SIGINT):
            raise KeyboardInterrupt
        if code:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
            raise Cancelled(f"the editor {how}; nothing was changed.")
        text = _read(path).strip()
    if not text:
        raise Cancelled("the text is empty; nothing was changed.")
    from kam_cli.text import check_text

    return check_text(text, "--edit")


def places() -> Iterator[str]:
    """Where a draft lies rather than among the temporary files of all: in memory, until the person logs out."""
    place = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(place) and os.path.isdir(place) and os.access(place, os.W_OK | os.X_OK):
        yield place


def _command(c: Context) -> list[str]:
    """The words that start the editor; its path may hold blanks. Raises BadValue where there is none."""
    import shlex

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("vi" if c.interactive else "")
    if not editor.strip():
        raise BadValue("--edit: no editor is set; set EDITOR, or give the text on the line or with -")
    if os.path.isfile(editor):
        return [editor]
    try:
        return shlex.split(editor)
    except ValueError as error:
        raise BadValue(f"--edit: EDITOR is {editor!r}, which cannot be read ({error})") from None


def _run(c: Context, command: list[str]) -> int:
    """Run the editor on the terminal, though stdout may be a file. Raises KamError where it does not start."""
    import subprocess

    out = 2 if c.interactive and not c.terminal else None
    try:
        return subprocess.call(command, stdout=out)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise KamError(f"--edit: cannot start the editor {command[0]!r}: {reason}. Set EDITOR") from None


class _Interrupts:
    """Meanwhile an interrupt is the editor's: what it makes of it, is in its exit code."""

    def __enter__(self) -> None:
        import signal

        # A handler that does nothing: the editor starts with the default, not with one that is ignored.
        self.before = {
            number: signal.signal(number, lambda number, frame: None)
            for number in (signal.SIGINT, signal.SIGQUIT)
        }

    def __exit__(self, *_: object) -> None:
        import signal

        for number, handler in self.before.items():
            signal.signal(number, handler)


def _read(path: str) -> str:
    """What stands in the file, where it is still there."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().removeprefix("\ufeff")
    except FileNotFoundError:
        return ""
