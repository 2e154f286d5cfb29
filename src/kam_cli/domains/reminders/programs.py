"""Runs a program of the system, and says in one line why it failed."""

from __future__ import annotations

from collections import namedtuple

from kam_cli.errors import KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECONDS = 60
_MESSAGE_CHARS = 300

Ran = namedtuple("Ran", "code out err")  # exit code, stdout in bytes, stderr in bytes


def run(argv: Sequence[str], given: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """Run a program on its own arguments, with ``given`` on its stdin, for at most 60 seconds.

    Raises KamError where it cannot be started or does not end; a non-zero exit is the caller's matter.
    """
    import subprocess
    import tempfile

    # Files, not pipes: what the program leaves running (a mail queue, a key agent) would keep a pipe open.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            done = subprocess.run(argv, input=given, stdout=out, stderr=err, env=env, timeout=_SECONDS)
        except OSError as error:
            raise KamError(f"cannot run {argv[0]!r}: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise KamError(f"{argv[0]!r} did not finish within {_SECONDS} seconds") from None
        out.seek(0)
        err.seek(0)
        return Ran(done.returncode, out.read(), err.read())


def failure(name: str, ran: Ran) -> KamError:
    """The error for a program that ended with another code than 0: the code, and what it wrote to stderr."""
    return KamError(f"{name} failed with exit code {ran.code}: {one_line(ran.err) or 'it gave no reason'}")


def one_line(text: bytes | str) -> str:
    """What another program said, on one line that is safe to show, at most 300 characters long."""
    from kam_cli.text import safe

    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    return safe("; ".join(filter(None, map(str.strip, text.splitlines()))))[:_MESSAGE_CHARS]


def find(name: str, more_folders: str = "") -> str | None:
    """The path of an executable, sought on PATH and then in ``more_folders`` (written like PATH)."""
    from shutil import which

    return which(name) or (which(name, path=more_folders) if more_folders else None)
