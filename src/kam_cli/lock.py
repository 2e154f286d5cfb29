"""Waiting for a turn: kam's writers queue at an advisory lock beside the book; other programs are asked again and again."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time

from kam_cli.errors import NoBook

WAIT_MS = 200


class Lock:
    """An exclusive `flock` on ``<book>.lock`` (an empty 0600 file that stays).

    A book that is reached through a link has one lock all the same.
    """

    def __init__(self, path: str, seconds: float) -> None:
        self.path = os.path.realpath(path) + ".lock"
        self.book = path
        self.seconds = seconds
        self.fd = -1

    def acquire(self) -> None:
        """Wait for the turn. Raises NoBook after ``seconds``, or where the lock file cannot be made."""
        try:
            self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise NoBook(
                f"cannot write beside {self.book} ({self.path}: {error.strerror}). Check owner and mode of "
                "the file and its folder"
            ) from None
        try:
            self._queue()
        except OSError as error:
            self.release()
            raise NoBook(
                f"cannot lock {self.path}: {error.strerror}. Keep the book on a disk of this machine"
            ) from None
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _queue(self) -> None:
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        # The kernel wakes those who block in turn; asking again and again let one wait 15 s where none waits
        # 1 s now. A thread blocks, so that the wait can end; what it gets too late goes with the descriptor.
        import threading

        got: list[bool] = []
        waiting = threading.Thread(target=self._block, args=(self.fd, got), daemon=True)
        waiting.start()
        waiting.join(self.seconds)
        if not got:
            raise NoBook(
                f"the book {self.book} is being written by another kam for over {self.seconds:.0f} s. "
                "Wait for it to end, or end it, and try again"
            )

    @staticmethod
    def _block(fd: int, got: list[bool]) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
        except OSError:
            return
        got.append(True)


def patiently(conn: sqlite3.Connection, sql: str, seconds: int) -> sqlite3.Cursor:
    """Execute what another program may hold up for so long, in short waits: between them a signal is answered."""
    until = time.monotonic() + seconds
    conn.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    try:
        while True:
            try:
                return conn.execute(sql)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                    raise
    finally:
        conn.execute(f"PRAGMA busy_timeout = {seconds * 1000}")
