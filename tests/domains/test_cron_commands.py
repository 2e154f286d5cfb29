"""`kam cron`: kam's line in the user's crontab, put there, shown and taken out."""

from __future__ import annotations

import os
import sys

import pytest

OTHER = "# mine\n0 5 * * 1 tar -zcf /var/backups/home.tgz /home/\n"


@pytest.fixture
def crontab(kam, tmp_path, monkeypatch):
    """A crontab program on a file of its own; ``crontab()`` gives what is in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    table = tmp_path / "table"
    program = folder / "crontab"
    program.write_text(
        f'#!/bin/sh\necho "$1" >>"{tmp_path}/calls"\n'
        f'if [ "$1" = -l ]; then cat "{table}" 2>/dev/null || {{ echo "no crontab for me" >&2; exit 1; }}\n'
        f'else cat >"{table}"; fi\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(sys, "argv", ["pytest"])

    def read() -> str:
        return table.read_text() if table.exists() else ""

    read.file, read.calls = table, tmp_path / "calls"
    return read


def line(kam, options: str, at: str = "*/15 * * * *") -> str:
    settings = f"/usr/bin/env KAM_CONFIG={os.environ['KAM_CONFIG']}"
    return f"{at} {settings} {sys.executable} -m kam_cli --db {kam.db} remind --notify {options}"


def test_it_is_put_in_shown_brought_up_to_date_and_taken_out(kam, crontab):
    crontab.file.write_text(OTHER)
    assert kam("cron show").out == "kam is not in your crontab. Put it there: kam cron install\n"
    first = line(kam, "stdout")
    assert kam("cron install").out == f"in your crontab: {first}\n"
    assert crontab().startswith(OTHER) and f"\n{first}\n" in crontab()
    assert kam("cron show").out.strip() == first
    assert kam.json("cron show") == {"lines": [first]}

    second = line(kam, "mail --to ewa@example.com", "0 8-18 * * mon-fri")
    kam("cron install --at '0 8-18 * * mon-fri' --notify mail --to ewa@example.com")
    assert kam.json("cron show") == {"lines": [second]} and first not in crontab()

    assert kam("cron remove").out == "kam is out of your crontab\n"
    assert crontab() == OTHER
    assert kam("cron remove").out == "kam was not in your crontab\n"


def test_putting_it_in_twice_writes_once(kam, crontab):
    kam("cron install --notify desktop")
    before, calls = crontab(), crontab.calls.read_text()
    assert "in your crontab already" in kam("cron install --notify desktop").out
    assert crontab() == before and crontab.calls.read_text() == calls + "-l\n"


def test_the_line_runs_this_kam_on_this_book(kam, crontab, tmp_path, monkeypatch):
    script = tmp_path / "venv" / "kam"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(script)])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG")
    monkeypatch.setenv("KAM_DB", "book.db")
    (row,) = kam.json("cron install")["lines"]
    assert row == f"*/15 * * * * {script} --db {tmp_path}/book.db remind --notify stdout"


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ("--at '99 * * * *'", 2, "minute"), ("--at daily", 2, "five fields"),
        ("--notify fax", 2, "stdout, desktop, mail"),
        ("--to ewa@example.com", 2, "add --notify mail"), ("--notify mail", 2, "nobody to mail to"),
        ("--notify mail --to 'a b'", 2, "e-mail address"), ("--db /nonexistent/book.db", 6, "kam init"),
    ],
)  # fmt: skip
def test_what_would_never_work_is_refused_at_once(kam, crontab, options, code, message):
    assert message in kam(f"cron install {options}", exit=code).err
    assert crontab() == ""


def test_an_address_in_the_settings_is_enough(kam, crontab):
    kam("config set mail.to ewa@example.com")
    assert kam.json("cron install --notify mail")["lines"] == [line(kam, "mail")]


def test_no_crontab_program_is_one_line(kam, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "install cron" in kam("cron show", exit=1).err
