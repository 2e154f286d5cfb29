"""An empty environment, the POSIX locale, no home, no terminal, as from cron: every command works, or says what it lacks."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calls import NUMBERS, SETUP
from kam_cli import app, registry

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


# --- every example, in every place --------------------------------------------------------------------------

# Reads argv and place of a call from stdin, a line each, and runs it in a process of its own that has nothing: what a
# shell, cron or a service may have taken away is taken away before kam's first line.
DRIVER = """
import json, os, shutil, sys, tempfile
import kam_cli.__main__, kam_cli.app  # the forks have them

def take_away(place, folder):
    for name in list(os.environ):
        if name not in ("KAM_TODAY",):
            del os.environ[name]
    os.environ.update({"TMPDIR": folder + "/tmp", "HOME": folder + "/home", "PATH": ""})
    which = shutil.which
    shutil.which = lambda name, path=None: None if path else which(name)  # a sendmail of this machine
    os.chdir(folder + "/cwd")
    if place == "no variables":
        for name in ("TMPDIR", "HOME"):  # PATH stays empty: without one the system's crontab is found, and changed
            del os.environ[name]
        tempfile._candidate_tempdir_list = lambda: [folder + "/tmp"]
    elif place == "no stdin":
        os.close(0)
        sys.stdin = None
    elif place == "no stdout":
        os.close(1)
        sys.stdout = None
    elif place == "no folder":
        os.mkdir(folder + "/gone")
        os.chdir(folder + "/gone")
        os.rmdir(folder + "/gone")
    elif place == "no home":
        os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = "/proc/none"
    elif place == "no temporary files":
        tempfile._candidate_tempdir_list = lambda: ["/nowhere"]
    tempfile.tempdir = None

def call(argv, place, folder):
    for fd, name, flags in ((0, "/dev/null", os.O_RDONLY), (1, folder + "/out", os.O_CREAT | os.O_RDWR), (2, folder + "/err", os.O_CREAT | os.O_RDWR)):
        there = os.open(name, flags, 0o600)
        os.dup2(there, fd)
    take_away(place, folder)
    code = 99
    try:
        code = kam_cli.__main__.main(argv)
        sys.stdout.flush()
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        os._exit(code)

template = sys.argv[1]
for line in sys.stdin:
    argv, place = json.loads(line)
    folder = template + "-" + str(os.getpid())
    shutil.copytree(template, folder)
    argv = [word.replace("DB", folder + "/book.db") for word in argv]
    if not (child := os.fork()):
        call(argv, place, folder)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = [open(folder + "/" + name, errors="replace").read() for name in ("out", "err")]
    shutil.rmtree(folder)
    print(json.dumps([code, *said]), flush=True)
"""
LONG = os.environ.get("KAM_FAULTS") == "long"
PLACES = ("no variables", "no stdin", "no stdout", "no folder", "no home", "no temporary files")
LINES = [
    shlex.split(NUMBERS.sub("1", line))[1:]
    for entry in registry.ENTRIES
    for verb in registry.verbs(entry).values()
    for line in app.examples_of(verb)[:2]
]


@pytest.fixture
def template(nobook, tmp_path, monkeypatch):
    """A folder with a filled book and what the examples name, to be copied for each call; in memory where that is."""
    folder = Path("/dev/shm" if os.path.isdir("/dev/shm") else tmp_path) / f"bare-{os.getpid()}"
    for name in ("home", "tmp", "cwd"):
        (folder / name).mkdir(parents=True)
    nobook.db = folder / "book.db"
    monkeypatch.setenv("KAM_DB", str(nobook.db))
    monkeypatch.chdir(folder / "cwd")
    (folder / "cwd" / "annex-1.pdf").write_bytes(b"%PDF-1.4")
    nobook("init --tz Europe/Warsaw -q")
    for line in SETUP:
        nobook(line)
    (folder / "cwd" / "customers.csv").write_text("name,city\nFresh,Oslo\n")
    (folder / "cwd" / "survey.csv").write_text("Company,Q1\nAcme,7\n")
    yield folder
    shutil.rmtree(folder)


def run_all(template, calls: list) -> list:
    """Code, stdout and stderr of each call."""
    tests = str(Path(__file__).parent)
    given = "".join(json.dumps([[*argv, "--yes", "--db", "DB"], place]) + "\n" for argv, place in calls)
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(template)], input=given.encode(), capture_output=True, cwd="/",
        env={**BARE, "KAM_TODAY": "2026-03-18", "PYTHONPATH": ":".join(filter(None, (tests, BARE.get("PYTHONPATH"))))},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("place", PLACES)
def test_every_example_works_or_says_in_one_line_what_it_lacks(template, place):
    # In the long run each in every place, else each in one of them.
    some = [argv for n, argv in enumerate(LINES) if LONG or PLACES.index(place) == (n + n // 6) % 6]
    usual = run_all(template, [(argv, "all there") for argv in some])
    assert sum(code == 0 for code, _, _ in usual) > 0.7 * len(usual)
    for argv, (was, _, _), (code, out, err) in zip(
        some, usual, run_all(template, [(argv, place) for argv in some]), strict=True
    ):
        said = f"{place}: kam {shlex.join(argv)}: {code}\n{err}"
        assert code in range(7) and "Traceback" not in err and "mistake in kam" not in err, said
        lines = [line for line in err.splitlines() if line.startswith("kam: ")]
        assert code == 0 or lines, said
        if code != was:
            assert place not in ("no stdin", "no stdout"), said
            assert code in (1, 2, 6) and len(lines) == 1, said
            assert "the output could not be written" not in err, said
        assert place != "no stdout" or not out


@pytest.mark.parametrize(
    ("place", "line", "said"),
    [
        ("no folder", "backup here.db", "the folder you are in is gone"),
        ("no folder", "export clients --to here.csv", "the folder you are in is gone"),
        ("no folder", "log call acme --edit", "no editor is set"),
        ("no temporary files", "import - --as clients", "TMPDIR"),
        ("no temporary files", "remind --notify mail --to ewa@lis.example", "there is no sendmail program"),
        ("no home", "config set date_order mdy", "cannot make the folder"),
        ("no variables", "cron install", "there is no crontab program"),
    ],
)
def test_what_it_lacks_is_named(template, place, line, said):
    [(code, out, err)] = run_all(template, [(line.split(), place)])
    assert code in (1, 2) and out == "" and err.startswith("kam: ") and err.count("\n") == 1
    assert re.search(said, err)
