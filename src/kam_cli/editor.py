"""A text written in the person's own editor, in a private file that is gone afterwards."""

from __future__ import annotations

from kam_cli.errors import BadValue, Cancelled, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


def write_text(c: Context, begun: str) -> str:
    """What the person made of ``begun`` in $VISUAL, $EDITOR, or vi on a terminal.

    Raises BadValue where there is no editor, KamError where it cannot be started, Cancelled where it failed
    or left nothing.
    """
    import os
    import shlex
    import subprocess
    import tempfile

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("vi" if c.interactive else "")
    if not editor.strip():
        raise BadValue("--edit: no editor is set; set EDITOR, or give the text on the line or with -")
    # A folder of its own (0700) also keeps what editors leave beside the file: backups, swap files.
    with tempfile.TemporaryDirectory(prefix="kam-") as folder:
        path = os.path.join(folder, "text.txt")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(begun + "\n" if begun else "")
        try:
            code = subprocess.call([*shlex.split(editor), path])
        except (OSError, ValueError) as error:
            raise KamError(f"--edit: cannot start the editor {editor!r} ({error}). Set EDITOR") from None
        if code:
            raise Cancelled(f"the editor ended with {code}; nothing was changed.")
        text = _read(path).strip()
    if not text:
        raise Cancelled("the text is empty; nothing was changed.")
    from kam_cli.text import check_text

    return check_text(text, "--edit")


def _read(path: str) -> str:
    """What stands in the file, where it is still there."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return ""
