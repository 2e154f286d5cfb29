"""On a terminal the columns that match nothing are asked about; anywhere else nobody waits for an answer."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


class Terminal:
    """kam on a terminal of its own: `says(text)` waits for it, `types(line)` answers, `ends()` gives the exit code."""

    def __init__(self, db: Path, *line: str) -> None:
        self.mine, theirs = pty.openpty()
        env = {
            **os.environ,
            "KAM_DB": str(db),
            "KAM_TODAY": "2026-03-18",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "COLUMNS": "200",
        }
        argv = [sys.executable, "-m", "kam_cli", *line]
        self.process = subprocess.Popen(
            argv,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
            # A job in the background starts with interrupts ignored; children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(theirs)
        self.seen = ""

    def read(self, seconds: float) -> bool:
        if not select.select([self.mine], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.mine, 65536)
        except OSError:
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)

    def says(self, text: str) -> None:
        until = time.monotonic() + 20
        while text not in self.seen:
            assert self.read(0.5) and time.monotonic() < until, f"{text!r} is not in {self.seen!r}"
        self.seen = self.seen.partition(text)[2]

    def types(self, line: str) -> None:
        os.write(self.mine, line.encode() + b"\n")

    def ends(self) -> int:
        until = time.monotonic() + 20
        while self.read(0.2):
            assert time.monotonic() < until, self.seen
            if self.process.poll() is not None and not select.select([self.mine], [], [], 0.1)[0]:
                break
        os.close(self.mine)
        return self.process.wait(10)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "firms.csv"
    path.write_text(
        "Betrieb;Ort;Rufnummer;Größe;Leer\nŁódź Bakery;Łódź;+48 42 000 001;12;\nAcme;Kiel;;7;\nBeta;Ulm;+49 731 000 001;9;\n"
    )
    return str(path)


def test_columns_are_asked_about_with_samples_and_the_answers_are_kept(
    kam, table: str, tmp_path: Path
) -> None:
    terminal = Terminal(kam.db, "import", table, "--as", "clients", "--source", "chamber")
    terminal.says("4 columns match nothing")
    terminal.says("Betrieb ('Łódź Bakery', 'Acme', 'Beta'): ")
    terminal.types("nonsense")
    terminal.says("is no field that is free; there are")
    terminal.says("Betrieb (")
    terminal.types("name")
    terminal.says("Ort ('Łódź', 'Kiel', 'Ulm'): ")
    terminal.types("cit")
    terminal.says("Rufnummer ('+48 42 000 001', '+49 731 000 001'): ")
    terminal.types("Phone")
    terminal.says("Größe ('12', '7', '9'): ")
    terminal.types("")
    terminal.says("3 clients created")
    assert terminal.ends() == 0
    assert [(row["name"], row["city"]) for row in kam.json("client list --sort id")] == [
        ("Łódź Bakery", "Łódź"), ("Acme", "Kiel"), ("Beta", "Ulm"),
    ]  # fmt: skip
    kam("undo --yes")
    assert kam.json(["import", table, "--as", "clients", "--source", "chamber"])["created"] == 3, (
        "the map outlives the undo"
    )
    kam("undo --yes")
    terminal = Terminal(kam.db, "import", table, "--as", "clients", "--source", "chamber")
    terminal.says("3 clients created")
    assert terminal.ends() == 0


def test_stop_leaves_the_rest_out(kam, table: str) -> None:
    terminal = Terminal(kam.db, "import", table, "--as", "clients")
    terminal.says("Betrieb (")
    terminal.types("name")
    terminal.says("Ort (")
    terminal.types("stop")
    terminal.says("3 clients created")
    assert terminal.ends() == 0


def test_what_the_rows_are_is_asked(kam, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,name\n1,Jana\n")
    terminal = Terminal(kam.db, "import", str(path))
    terminal.says("what are the rows?")
    terminal.says("2) contacts")
    terminal.types("2")
    terminal.says("1 contact created")
    assert terminal.ends() == 0


def test_an_interrupted_question_changes_nothing(kam, table: str) -> None:
    terminal = Terminal(kam.db, "import", table, "--as", "clients")
    terminal.says("Betrieb (")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.ends() in (130, -signal.SIGINT)
    assert kam.json("client list") == []


def test_without_a_terminal_nobody_is_asked(kam, table: str) -> None:
    said = kam(["import", table, "--as", "clients"], exit=2).err
    assert "no column is the 'name'" in said and "columns: Betrieb, Ort" in said
    assert kam(["import", table, "--as", "clients", "--map", "Betrieb=name"]).err == ""


def test_columns_without_names_are_told_though_a_quote_never_closes(kam, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('X3,a@b.example,Kiel\nX4,c@d.example,"Kiel\n')
    done = kam(["import", str(path), "--as", "clients", "--json"], exit=2)
    assert "no column is the 'name'" in done.err and "columns: 1, 2, 3" in done.err and done.out == ""
