"""`kam` and `python -m kam_cli`: plain calls run at once, everything else goes through Typer."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command line; gives its exit code."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except BaseException as error:
        from kam_cli.failures import failed

        return failed(error, "--debug" in (argv or sys.argv))


def _run(argv: list[str]) -> int:
    # Every file kam makes is its owner's alone, whatever the umask it was started with.
    os.umask(0o077)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_closed()
    for stream in (sys.stdout, sys.stderr):
        # Names in any script under any locale, cron's POSIX one too.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    from kam_cli import fastpath

    code = fastpath.main(argv)
    if code is None:
        from kam_cli import app

        code = app.main(argv)
    sys.stdout.flush()
    return code


def _fill_closed() -> None:
    """A closed stream becomes /dev/null; else the next file opened, even the book, would take its number."""
    while (fd := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(fd)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8")
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")


if __name__ == "__main__":
    from kam_cli.entry import run

    sys.exit(run())
