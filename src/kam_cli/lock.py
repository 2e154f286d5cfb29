"""The queue of writers: an advisory lock on a file beside the book, so that none starves and each waits its turn."""

from __future__ import annotations

import fcntl
import os
import time

from kam_cli.errors import NoBook


class Lock:
    """An exclusive `flock` on ``<book>.lock`` (an empty 0600 file that stays)."""

    def __init__(self, path: str, seconds: float) -> None:
        self.path = path + ".lock"
        self.book = path
        self.seconds = seconds
        self.fd = -1

    def acquire(self) -> None:
        """Wait for the turn. Raises NoBook after ``seconds``, or where the lock file cannot be made."""
        try:
            self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise NoBook(
                f"cannot write beside {self.book}: {error.strerror}. Check the folder's owner and mode"
            ) from None
        deadline = time.monotonic() + self.seconds
        pause = 0.001
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    self.release()
                    raise NoBook(
                        f"the book {self.book} is being written by another kam for over {self.seconds:.0f} s. "
                        "Wait for it to end, or end it, and try again"
                    ) from None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)

    def release(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
