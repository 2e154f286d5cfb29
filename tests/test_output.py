"""What is printed: exact for programs, whole in a pipe, straight and safe on a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli import encode
from kam_cli.cells import cut
from kam_cli.text import safe

NAMES = [
    "Łódź Piekarnia",
    "שלום טורס בע״מ",
    "東京コーヒー株式会社",
    "Acme [/old] [link=x]y",
    "Київ Кава",
    "x\u0301\u0302 Zoë",
    "☕ Ada",
]


def on_a_terminal(*argv: str, columns: int = 80, rows: int = 24, **env: str) -> str:
    """What a command writes to a terminal of that size, escapes and all."""
    import fcntl
    import struct
    import termios

    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    clean = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "kam_cli", *argv],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**clean, "TERM": "xterm-256color", **env},
    )
    os.close(theirs)
    os.write(mine, b"\n")  # an empty answer to whatever is asked
    data = b""
    while select.select([mine], [], [], 20)[0]:
        try:
            part = os.read(mine, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    process.wait()
    os.close(mine)
    return data.decode().replace("\r\n", "\n")


def bare(text: str) -> str:
    """Without colours and direction marks."""
    return re.sub("\x1b\\[[0-9;]*m|\u200e", "", text)


@pytest.fixture
def many(kam):
    for number, name in enumerate(NAMES):
        kam(
            [
                "client",
                "add",
                name,
                "--city",
                f"City {number}",
                "--segment",
                "a rather long market segment for a narrow screen",
                "--force",
            ]
        )
    return kam


def test_a_piped_table_is_never_cut_and_ignores_columns(many, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    long = "An exceedingly long name of a company that no terminal of eighty columns could ever hold in one cell of a table GmbH"
    many(["client", "add", long, "--force"])
    out = many("client list").out
    assert long in out and "…" not in out and "\x1b" not in out
    assert all(name in out for name in NAMES)
    assert len(out.splitlines()) == 2 + len(NAMES) + 1


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_columns_stay_straight_on_a_terminal(many, columns):
    from rich.cells import cell_len

    lines = bare(on_a_terminal("client", "list", "--sort", "id", columns=columns)).splitlines()
    body = [line for line in lines if "City" in line]
    assert len(body) == len(NAMES), "one line a client"
    assert all(cell_len(line.rstrip()) <= columns for line in lines)
    starts = {cell_len(line[: line.index("City")]) for line in body}
    assert len(starts) == 1, "a column begins at one place, whatever stands before it"


def test_right_to_left_text_is_fenced_on_a_terminal_only(many):
    assert "\u200eשלום" in on_a_terminal("client", "list", columns=120)
    assert (
        "\u200e"
        not in many("client list").out + many("client list --json").out + many("client list --csv").out
    )


def test_colour_follows_the_terminal_and_can_be_refused(many):
    assert "\x1b[" in on_a_terminal("client", "list")
    assert "\x1b[3" not in on_a_terminal("client", "list", NO_COLOR="1")
    assert "\x1b[3" not in on_a_terminal("client", "list", "--no-color")
    env = {**os.environ, "FORCE_COLOR": "1"}
    forced = subprocess.run(
        [sys.executable, "-m", "kam_cli", "client", "list"], capture_output=True, text=True, env=env
    )
    assert "\x1b[" in forced.stdout


def test_json_is_one_flat_object_a_row_and_utf8(many):
    text = many("client list --json --sort id").out
    rows = json.loads(text)
    assert [row["name"] for row in rows] == NAMES
    assert "Łódź" in text and "\\u" not in text.replace("\\u0", "")
    assert all(not isinstance(value, (dict, list)) for row in rows for value in row.values())
    lines = many("client list --format jsonl --sort id").out.splitlines()
    assert [json.loads(line) for line in lines] == rows


def test_csv_and_tsv_read_back_exactly(many):
    rows = many.json("client list --sort id")
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        back = list(
            csv.DictReader(
                io.StringIO(many(f"client list --sort id --format {name}").out), delimiter=delimiter
            )
        )
        assert [{k: v or None for k, v in row.items()} for row in back] == [
            {k: None if v is None else str(v) for k, v in row.items()} for row in rows
        ]


def test_markdown_keeps_its_columns(many):
    many(["client", "add", "a|b", "--force"])
    lines = many("client list --format md").out.splitlines()
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {12}


def test_an_empty_list_is_success(kam):
    assert kam("client list --json").out == "[]\n"
    assert kam("client list --format jsonl").out == ""
    assert "no clients yet" in kam("client list").out
    assert kam("client list --csv").out.startswith("id,name")


def test_hostile_names_reach_a_terminal_harmless(kam):
    hostile = "A\x1b]0;owned\x07\x9b31m\u202eevil\u2066x\x7f\x08[bold]"
    book = kam.book()
    with book.write(["another", hostile]):
        book.insert(
            "clients",
            {"name": hostile, "name_key": "a owned", "handle": "a-owned", "city": hostile, "note": hostile},
        )
    book.close()
    for argv in (["client", "list"], ["client", "edit", "1", "--stage", "key"], ["client", "archive", "x" + hostile], ["client", "list", "--json"],
                 ["client", "list", "--csv"], ["undo"], ["history"], ["client", "add", hostile]):  # fmt: skip
        text = re.sub("\x1b\\[[0-9;]*m|\n|\r", "", on_a_terminal(*argv, columns=200))
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), argv
        assert "owned" in text or argv == ["undo"]
    assert kam.json("client list")[0]["name"] == hostile, "what programs read is exact"


def test_money_and_flags_are_public_in_major_units():
    row = {"value_minor": 1200050, "currency": "EUR", "is_won": 1, "weighted_minor": Decimal("100.5")}
    assert encode.public(row) == {
        "value": Decimal("12000.5"),
        "currency": "EUR",
        "is_won": True,
        "weighted": Decimal("1.005"),
    }
    assert (
        encode.json_line(encode.public(row))
        == '{"value": 12000.5, "currency": "EUR", "is_won": true, "weighted": 1.005}'
    )
    for minor, currency, text in (
        (5, "JPY", "5"),
        (1234, "KWD", "1.234"),
        (0, "EUR", "0"),
        (9007199254740993, "EUR", "90071992547409.93"),
    ):
        assert encode.json_line(encode.public({"value_minor": minor, "currency": currency})["value"]) == text


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
)


@given(json_values)
def test_json_reads_back_exactly_and_holds_no_control(value):
    text = encode.json_line(value)
    assert json.loads(text) == value
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_nan_is_null():
    assert encode.json_line([float("nan"), float("inf"), 0.1]) == "[null, null, 0.1]"


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_fits(text, width):
    from rich.cells import cell_len

    assert cell_len(cut(safe(text), width)) <= width


def test_lists_sort_filter_and_limit_by_any_column_and_no_other(kam):
    for name, city, every in (
        ("Ada", "Łódź", "2w"),
        ("Bob", "Berlin", "1m"),
        ("Cyd", "lodz", "1y"),
        ("Dan", None, None),
    ):
        kam(
            [
                "client",
                "add",
                name,
                *(["--city", city] if city else []),
                *(["--every", every] if every else []),
                "--force",
            ]
        )

    def names(line: str) -> list[str]:
        return [row["name"] for row in kam.json(f"client list {line}")]

    assert names("--sort -name") == ["Dan", "Cyd", "Bob", "Ada"]
    assert names("--sort city,-name")[-1] == "Dan", "missing values come last"
    assert names("--where city=lodz") == ["Ada", "Cyd"]
    assert names("--where 'city!=LODZ'") == ["Bob", "Dan"]
    assert names("--where city=") == ["Dan"]
    assert names("--where 'city!='") == ["Ada", "Bob", "Cyd"]
    assert names("--where 'cadence_days>=30'") == ["Bob", "Cyd"]
    assert names("--where name~a --where 'cadence_days<20'") == ["Ada"]
    assert names("--limit 2") == ["Ada", "Bob"]
    assert names("--limit 0") == ["Ada", "Bob", "Cyd", "Dan"]
    for bad in (
        "--sort 'id; DROP TABLE clients'",
        "--where 'deleted_at=1'",
        "--where city",
        "--where '1=1'",
        "--sort -",
    ):
        kam(f"client list {bad}", exit=2)
    assert names("") == ["Ada", "Bob", "Cyd", "Dan"]
