"""An empty environment, the POSIX locale, no home, no terminal, as from cron: every command works, or says what it lacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from kam_cli import registry

KAM = [sys.executable, "-m", "kam_cli"]
# What finds the package when it is not installed; no variable that a command could go by.
BARE = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}


def kam(*argv: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*KAM, *argv], env={**BARE, **env}, stdin=subprocess.DEVNULL, capture_output=True)


ALL = """
import sys
from kam_cli.__main__ import main
for path in sys.argv[1:]:
    code = main([*path.split(), "--help"])
    sys.stdout.write(f"\\n== {path}: {code}\\n")
"""


def test_every_help_page():
    paths = [one.path for entry in registry.ENTRIES for one in registry.verbs(entry).values()]
    paths += [entry.name for entry in registry.ENTRIES]
    done = subprocess.run(
        [sys.executable, "-c", ALL, *paths], env=BARE, stdin=subprocess.DEVNULL, capture_output=True
    )
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert [line for line in text.splitlines() if line.startswith("== ") and not line.endswith(": 0")] == []
    assert text.count("Usage: kam") == len(paths) and "\x1b" not in text


@pytest.mark.parametrize("env", [{}, {"LC_ALL": "POSIX"}], ids=str)
def test_a_day_of_work(tmp_path, env):
    """Names in any script go in and come out as UTF-8, in the POSIX locale too; nothing waits for anybody."""
    db = str(tmp_path / "book.db")
    done = kam("init", "--db", db, "--tz", "Europe/Warsaw")
    assert (done.returncode, b"started" in done.stdout) == (0, True), done.stderr
    for line in (
        ["client", "add", "Żółć Київ שלום", "--every", "3w"], ["log", "call", "zolc", "chce ofertę", "--next", "wyślij", "--due", "today"],
        ["deal", "add", "zolc", "dach", "--value", "12k"], ["nps", "add", "zolc", "9"], ["task", "add", "zadzwoń"],
    ):  # fmt: skip
        done = kam(*line, "--quiet", "--db", db, **env)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr
    rows = json.loads(kam("client", "list", "--json", "--db", db, **env).stdout)
    assert rows[0]["name"] == "Żółć Київ שלום"
    for line in (["today"], ["client", "list"], ["client", "show", "1"], ["deal", "board"], ["nps", "score"], ["metrics", "pipeline"],
                 ["find", "kyiv"], ["history"], ["remind"], ["check"], ["export", "person", "1"], ["backup"], ["schema"]):  # fmt: skip
        done = kam(*line, "--db", db, **env)
        assert done.returncode == 0 and b"\x1b" not in done.stdout, (line, done.stderr)
        done.stdout.decode()
    # What would ask, does not.
    for line in (["undo"], ["client", "forget", "1"]):
        done = kam(*line, "--db", db, **env)
        assert done.returncode == 5 and b"--yes" in done.stderr, (line, done.stderr)
    assert b"Traceback" not in kam("log", "call", "1", "--edit", "--db", db, **env).stderr


@pytest.mark.parametrize(
    "line",
    [
        ["log", "note", "1", "--edit"],
        ["remind", "--notify", "mail"],
        ["remind", "--notify", "desktop"],
        ["cron", "show"],
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path, line):
    """No editor, no sendmail, no desktop, no crontab: PATH is empty."""
    db = str(tmp_path / "book.db")
    kam("init", "--db", db)
    kam("client", "add", "Acme", "--db", db)
    kam("task", "add", "send", "--client", "acme", "--due", "yesterday", "--db", db)
    done = kam(*line, "--db", db)
    said = done.stderr.decode()
    assert done.returncode in (0, 1, 2), said
    assert not done.returncode or (said.startswith("kam: ") and said.count("\n") == 1), said


def test_closed_streams(tmp_path):
    db = str(tmp_path / "book.db")
    kam("init", "--db", db)
    line = " ".join(f"'{word}'" for word in (*KAM, "client", "add", "Acme", "--db", db))
    done = subprocess.run(["/bin/sh", "-c", f"{line} <&- >&- 2>&-"], env=BARE)
    assert done.returncode == 0
    assert json.loads(kam("client", "list", "--json", "--db", db).stdout)[0]["name"] == "Acme"


def test_neither_home_nor_a_user(nobook, monkeypatch):
    """A user without an entry in the system, as in some containers, has to name the book."""
    for name in ("HOME", "KAM_DB", "KAM_CONFIG", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    said = nobook("client list", exit=1).err
    assert "--db PATH" in said and said.count("\n") == 1
    nobook(["init", "--db", str(nobook.db)])
    nobook(["client", "add", "Acme", "--db", str(nobook.db)])
    for line in ("config list", "config path", "config set date_order mdy"):
        said = nobook(line, exit=1).err
        assert said.startswith("kam: ") and said.count("\n") == 1
