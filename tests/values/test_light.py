"""What reading a value may load: a daily command pays for every module."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "re",
    "typing",
    "json",
    "decimal",
    "enum",
    "calendar",
    "dateutil",
    "zoneinfo",
    "functools",
    "dataclasses",
}


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("from kam_cli.values.dates import parse_day; parse_day('2026-03-15', datetime.date.today())", set()),
        (
            "from kam_cli.values.dates import parse_when; parse_when('fri 15:00', datetime.date.today())",
            set(),
        ),
        ("from kam_cli.values.money import parse_money, format_money; parse_money('12k €', 'EUR')", set()),
        ("from kam_cli.values.spans import parse_every; parse_every('3w')", set()),
        ("from kam_cli.values.clock import to_utc; to_utc(datetime.date.today(), None, 'UTC')", set()),
        (
            "from kam_cli.values.clock import to_local; to_local('2026-01-01T00:00:00Z', 'Asia/Tokyo')",
            {"zoneinfo"},
        ),
    ],
)
def test_loads_nothing_heavy(code: str, allowed: set[str]) -> None:
    # The modules of the interpreter's own start are left out: they differ from one installation to another.
    script = f"import datetime, sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) & HEAVY <= allowed


def test_one_kind_of_value_does_not_load_another() -> None:
    script = "import sys, kam_cli.values.money; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "kam_cli.values.dates" not in loaded
    assert "datetime" not in loaded
