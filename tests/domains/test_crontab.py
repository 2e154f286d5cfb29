"""kam's block in a crontab: nothing else of the text changes, and its line survives cron and the shell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.domains.reminders.crontab import (
    block_of,
    build_lines,
    check_schedule,
    kam_command,
    read_crontab,
    with_block,
    without_block,
    write_crontab,
)
from kam_cli.errors import BadValue, KamError

pytest_plugins = ["cron_daemon"]

LINE = "*/15 * * * * /opt/kam --db /b.db remind --notify mail"
MINE = "MAILTO=ewa\n# my own\n0 6 * * * backup --all\n"
BEGIN, _, END = with_block("", [LINE]).splitlines()

# With every character at which some function of Python ends a line, and pieces of kam's marks.
pieces = st.sampled_from(
    [*"ab*# \t\r\n\n\n\v\f\x1c\x85\u2028%\\אż", "# >>> ", "# <<< ka", "kam", "\r\n", MINE]
)
texts = st.lists(pieces).map("".join).filter(lambda text: "kam" not in text)
lines = st.lists(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), max_size=4
).filter(lambda rows: not any(row.startswith("# ") for row in rows))


@given(texts, lines)
def test_taking_the_block_out_gives_the_text_back(text: str, rows: list[str]) -> None:
    installed = with_block(text, rows)
    assert without_block(installed) == text
    assert block_of(installed) == rows
    assert block_of(text) is None and without_block(text) == text


@given(texts, lines, lines)
def test_a_second_block_replaces_the_first(text: str, rows: list[str], others: list[str]) -> None:
    installed = with_block(text, rows)
    assert with_block(installed, rows) == installed
    assert with_block(with_block(text, others), rows) == installed


def test_the_block_stands_at_the_end_and_stays_where_it_was() -> None:
    installed = with_block(MINE, [LINE])
    assert installed == f"{MINE}{BEGIN}\n{LINE}\n{END}\n"
    assert (
        with_block(f"{installed}@daily later\n", ["@daily x"])
        == f"{MINE}{BEGIN}\n@daily x\n{END}\n@daily later\n"
    )
    assert without_block(f"{installed}@daily later\n") == f"{MINE}@daily later\n"


def test_line_ends_of_others_are_left_alone() -> None:
    assert with_block("a\r\nb", [LINE]) == f"a\r\nb\n{BEGIN}\n{LINE}\n{END}"
    windows = f"a\r\n{BEGIN}\r\n{LINE}\r\n{END}\r\nb\r\n"
    assert without_block(windows) == "a\r\nb\r\n"
    assert with_block(windows, [LINE]) == f"a\r\n{BEGIN}\n{LINE}\n{END}\nb\r\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{MINE}{BEGIN}\n{LINE}\n", "begins in line 4"),
        (f"{END}\n{MINE}", "line 1 without its beginning"),
        (f"{END}\n{BEGIN}\n", "begins in line 2"),
        (f"{BEGIN}\n{END}\n{END}\n", "begins in line 1"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", "several blocks of kam's (lines 1, 2)"),
        (f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", "several blocks of kam's (lines 1, 3)"),
    ],
)
def test_a_damaged_block_is_refused(text: str, told: str) -> None:
    for change in (lambda: with_block(text, [LINE]), lambda: without_block(text), lambda: block_of(text)):
        with pytest.raises(KamError) as error:
            change()
        assert told in str(error.value) and "crontab -e" in str(error.value)


@pytest.mark.parametrize("line", ["a\nb", BEGIN, END])
def test_a_line_that_would_break_the_block_is_refused(line: str) -> None:
    with pytest.raises(BadValue, match="one line"):
        with_block(MINE, [line])


SCHEDULES = [
    "*/15 * * * *",
    "0,30 8-18 * * mon-fri",
    "5 4-20/2 1-15,31 jan,dec 0-7",
    "59 23 31 12 sun",
    "*/59 */23 * * SAT",
    "@hourly",
    "@reboot",
]


@pytest.mark.parametrize("text", SCHEDULES)
def test_a_schedule_is_accepted(text: str) -> None:
    assert check_schedule(f"  {text.replace(' ', '   ')}\t") == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "*",
            "* * * *",
            "* * * * * *",
            "@sometimes",
            "@hourly @daily",
            "15 minutes",
            "every 15 minutes or so",
        ],
        *["60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "-1 * * * *", "* * * mon *"],
        *[
            "*/0 * * * *",
            "*/60 * * * *",
            "5/15 * * * *",
            "5-1 * * * *",
            "1,,2 * * * *",
            "1-2-3 * * * *",
            "*-5 * * * *",
        ],
        *["*/ * * * *", "٣ * * * *", "1.5 * * * *", "* * * * *\n* * * * * rm", "1 2 3 4 %"],
    ],
)
def test_a_schedule_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="schedule"):
        check_schedule(text)


def test_the_line_holds_what_cron_lacks() -> None:
    env = {
        "XDG_CONFIG_HOME": "/home/ewa/.config",
        "KAM_SMTP_PASSWORD": "secret",
        "PATH": "/x",
        "KAM_CONFIG": "",
    }
    kam = ["/opt/my venv/bin/kam"]
    assert build_lines(kam, "/data/book.db", "mail", "ewa@firma.pl", "@hourly", env) == [
        "@hourly /usr/bin/env XDG_CONFIG_HOME=/home/ewa/.config '/opt/my venv/bin/kam' --db /data/book.db"
        " remind --notify mail --to ewa@firma.pl"
    ]
    assert build_lines(["/k"], "/100% sure.db", "stdout") == [
        "*/15 * * * * /k --db '/100\\% sure.db' remind --notify stdout"
    ]


def test_a_relative_path_is_made_absolute_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"--db {tmp_path}/b.db " in build_lines(["/k"], "b.db", "stdout")[0]
    assert (
        f"KAM_CONFIG={tmp_path}/c.toml "
        in build_lines(["/k"], "b", "stdout", env={"KAM_CONFIG": "c.toml"})[0]
    )
    with pytest.raises(BadValue, match="absolute"):
        build_lines(["kam"], "/b.db", "stdout")


@pytest.mark.parametrize("word", ["/a\nb", "/a\rb", "/a\0b", "/a\x7fb"])
def test_a_control_character_is_refused(word: str) -> None:
    for arguments in ((["/k", word], "/b.db"), (["/k"], word)):
        with pytest.raises(BadValue, match="control character"):
            build_lines(*arguments, "stdout")


def test_kam_is_started_by_its_script_or_its_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "kam"
    script.write_text("")
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert kam_command() == [sys.executable, "-m", "kam_cli"]
    script.chmod(0o700)
    assert kam_command() == [str(script)]


def cron_reads(line: str, *, strips_doubled_backslash: bool) -> str:
    """The command that the shell gets: crontab(5), and do_command.c of two families of cron."""
    command, escaped = "", False
    for char in line.removeprefix("@hourly "):
        if escaped:
            if char == "%" or (char == "\\" and strips_doubled_backslash):
                command = command[:-1]
            command, escaped = command + char, False
            continue
        assert char != "%", "the command would end here"
        command, escaped = command + char, char == "\\"
    return command


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | st.text("\\%'\" $a"), st.booleans())
def test_every_word_reaches_kam_as_it_was(word: str, strips: bool) -> None:
    [line] = build_lines(["/usr/bin/printf", "%s\\0", word], "/b.db", "mail", "a@b", "@hourly")
    command = cron_reads(line, strips_doubled_backslash=strips)
    got = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True).stdout
    assert got.decode().split("\0")[:-1] == [
        word,
        "--db",
        "/b.db",
        "remind",
        "--notify",
        "mail",
        "--to",
        "a@b",
    ]


@pytest.fixture
def fake_crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def make(script: str) -> None:
        program = tmp_path / "crontab"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)

    monkeypatch.setenv("PATH", str(tmp_path))
    return make


def test_without_crontab_it_says_what_to_install(fake_crontab) -> None:
    for call in (read_crontab, lambda: write_crontab(MINE)):
        with pytest.raises(KamError, match="apt-get install cron"):
            call()


def test_what_crontab_complains_about_is_passed_on(fake_crontab) -> None:
    fake_crontab("echo 'You (ewa) are not allowed' >&2; echo 'See crontab(1)' >&2; exit 1")
    for call in (read_crontab, lambda: write_crontab(MINE)):
        with pytest.raises(KamError, match=r"exit code 1: You \(ewa\) are not allowed; See crontab\(1\)$"):
            call()


def test_a_crontab_that_was_not_kept_is_noticed(fake_crontab) -> None:
    fake_crontab('[ "$1" = - ] && /bin/cat >/dev/null || echo "# other"')
    with pytest.raises(KamError, match="did not keep"):
        write_crontab(MINE)


def test_none_yet_is_an_empty_one(fake_crontab) -> None:
    fake_crontab("echo 'no crontab for ewa' >&2; exit 1")
    assert read_crontab() == ""


@pytest.mark.real
def test_the_real_crontab_keeps_every_byte(own_crontab: None) -> None:
    for text in (MINE, "# a\tb \\ % \\% 'żółć' תיקייה\n", "# \udcff not UTF-8\n", "", "\n\n# x"):
        write_crontab(text)
        assert read_crontab() == (text + "\n" if text.endswith("x") else text)
        write_crontab(with_block(text, [LINE]))
        assert block_of(read_crontab()) == [LINE]
    subprocess.run(["crontab", "-r"], check=True)
    assert read_crontab() == ""


@pytest.mark.real
def test_the_real_crontab_takes_every_schedule(own_crontab: None) -> None:
    for text in SCHEDULES:
        write_crontab(with_block("", build_lines(["/k"], "/100% sure.db", "mail", at=text)))


@pytest.mark.real
def test_the_real_crontab_refuses_and_keeps_the_old_one(own_crontab: None) -> None:
    write_crontab(MINE)
    with pytest.raises(KamError, match=r"exit code 1: .*bad minute.*can't install") as error:
        write_crontab("99 * * * * x\n")
    assert "\n" not in str(error.value)
    assert read_crontab() == MINE


@pytest.mark.real
def test_windows_line_ends_are_kept_or_refused(own_crontab: None) -> None:
    """Debian's `crontab -l` shows a carriage return as the letters \\r."""
    subprocess.run(["crontab", "-"], input=b"# a\r\n", check=True)
    try:
        assert read_crontab() == "# a\r\n"
    except KamError as error:
        assert "line 1" in str(error) and "crontab -e" in str(error)
