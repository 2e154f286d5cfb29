"""`kam` and `python -m kam_cli`: plain calls run at once, everything else goes through Typer."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command line; gives its exit code."""
    # Every file kam makes is its owner's alone, whatever the umask it was started with.
    os.umask(0o077)
    argv = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        # Names in any script under any locale, cron's POSIX one too.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from kam_cli import fastpath

        code = fastpath.main(argv)
        if code is None:
            from kam_cli import app

            code = app.main(argv)
        return code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
