"""The real cron for tests: the user's crontab, given back afterwards, and a daemon that reads it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOW_TO_GET_IT = "apt-get install cron"
# A line for every minute runs at the next full one; the rest is for a busy machine.
PATIENCE_S = 90


@pytest.fixture
def own_crontab() -> Iterator[None]:
    """The user's real crontab to work on, for one test at a time, over all processes."""
    if not shutil.which("crontab"):
        pytest.skip(f"there is no crontab program: {HOW_TO_GET_IT}")
    with open(Path(tempfile.gettempdir()) / f"kam-tests-crontab-{os.getuid()}", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = subprocess.run(["crontab", "-l"], capture_output=True)
        if b"\\r\n" in before.stdout:
            pytest.skip("the crontab has Windows line ends, which could not be given back")
        try:
            yield
        finally:
            if before.returncode == 0:
                subprocess.run(["crontab", "-"], input=before.stdout, check=True)
            else:
                subprocess.run(["crontab", "-r"], capture_output=True)


@pytest.fixture
def real_cron(own_crontab: None) -> Iterator[Callable[[Path], bytes]]:
    """``real_cron(path)`` waits until a line of the crontab has made the file, and gives what is in it.

    A running daemon is used; where there is none, root starts one, which ends with the test. As any cron
    daemon it also runs what the system has planned for that minute.
    """
    daemons: list[subprocess.Popen[bytes]] = []

    def wait_for(path: Path) -> bytes:
        # Not before: of two changes in one second the daemon sees only the one before it looked.
        if not _running():
            daemons.append(subprocess.Popen([program, "-f"], stdin=subprocess.DEVNULL))
        deadline = time.monotonic() + PATIENCE_S
        while not path.exists():
            assert time.monotonic() < deadline, f"cron made no {path} within {PATIENCE_S} seconds"
            time.sleep(0.1)
        return path.read_bytes()

    program = "" if _running() else _program()
    try:
        yield wait_for
    finally:
        for daemon in daemons:
            daemon.terminate()
            daemon.wait()


def _running() -> bool:
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            if name.read_text().strip() in ("cron", "crond"):
                return True
        except OSError:  # it ended meanwhile
            continue
    return False


def _program() -> str:
    program = shutil.which("cron", path="/usr/sbin:/usr/bin:/sbin")
    if not program:
        pytest.skip(f"there is no cron daemon: {HOW_TO_GET_IT}")
    if os.geteuid():
        pytest.skip("no cron daemon is running, and only root can start one: service cron start")
    return program
