"""Fixtures of all tests: a book, the command line in one string, and the real data where it is at hand."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import calls
from kam_cli.__main__ import main
from kam_cli.book import Book

# In CI the examples are the same in every run; at a desk new ones are tried each time. A busy machine is no fault.
settings.register_profile(
    "kam",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kam")

TODAY = "2026-03-18"  # a Wednesday
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


class Result:
    """What one command did: ``out``, ``err``, ``code``."""

    def __init__(self, out: str, err: str, code: int) -> None:
        self.out, self.err, self.code = out, err, code

    @property
    def json(self):
        return json.loads(self.out)


class Kam:
    """`kam("client add Acme", exit=0)`: one command line, in this process, on a book of its own; any exit code for None.

    ``kam.json(...)`` adds ``--json`` and gives what was printed; ``kam.book()`` opens the book.
    """

    def __init__(self, db: Path) -> None:
        self.db = db

    def __call__(self, line: str | list[str], exit: int | None = 0, input: str | bytes = b"") -> Result:
        argv = shlex.split(line) if isinstance(line, str) else list(line)
        data = input.encode() if isinstance(input, str) else input
        streams = sys.stdin, sys.stdout, sys.stderr
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"), out, err
        try:
            code = main(argv)
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            sys.stdin, sys.stdout, sys.stderr = streams
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())
        result = Result(texts[0], texts[1], code)
        assert exit in (code, None), f"kam {argv} ended with {code}, not {exit}\n{result.out}\n{result.err}"
        return result

    def json(self, line: str | list[str], **more):
        argv = shlex.split(line) if isinstance(line, str) else list(line)
        return self([*argv, "--json"], **more).json

    def book(self) -> Book:
        return Book.open(str(self.db))


@pytest.fixture
def nobook(tmp_path, monkeypatch) -> Kam:
    """The command line where there is no book yet."""
    for name in ("KAM_FORMAT", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KAM_DB", str(tmp_path / "book.db"))
    monkeypatch.setenv("KAM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("KAM_TODAY", TODAY)
    return Kam(tmp_path / "book.db")


@pytest.fixture
def kam(nobook) -> Kam:
    """The command line on an empty book: EUR, Europe/Warsaw, today 2026-03-18, a Wednesday."""
    nobook("init --currency EUR --tz Europe/Warsaw --quiet")
    return nobook


FILLED: list[bytes] = []  # the book of `place`, made once


@pytest.fixture
def place(nobook, tmp_path, monkeypatch, request) -> Kam:
    """A folder with a filled book, and `fresh` to have it as it was; no program can be started from here."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.chdir(tmp_path)
    if os.path.isdir("/dev/shm"):
        # Thousands of durable writes need no disk here.
        memory = Path(tempfile.mkdtemp(dir="/dev/shm"))
        request.addfinalizer(lambda: shutil.rmtree(memory))
        nobook.db = memory / "book.db"
        monkeypatch.setenv("KAM_DB", str(nobook.db))
    kept = tmp_path / "kept"
    (tmp_path / "customers.csv").write_text("name,city\nFresh,Oslo\n")
    (tmp_path / "survey.csv").write_text("Company,Q1\nAcme,7\n")
    for name in ("service.pdf", "annex-1.pdf"):
        (tmp_path / name).write_text(name)
    if not FILLED:
        for line in ("init --tz Europe/Warsaw -q", *calls.SETUP):
            nobook(line)
        FILLED.append(nobook.db.read_bytes())
    kept.write_bytes(FILLED[0])

    def fresh() -> None:
        for name in os.listdir(nobook.db.parent):
            if name.startswith("book.db."):  # who was erased, what a restore kept
                os.unlink(nobook.db.parent / name)
        shutil.copy(kept, nobook.db)

    fresh()
    nobook.fresh, nobook.kept = fresh, kept
    return nobook


@pytest.fixture
def shared() -> Path:
    """Real files nobody here wrote; a test that needs one is skipped where they are not at hand."""
    if not SHARED.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return SHARED
