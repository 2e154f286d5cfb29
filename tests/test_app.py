"""The command line as a whole: global options anywhere, one-line errors, exit codes, help, both parsers alike."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli import app, fastpath, registry
from kam_cli.command import Verb

VERBS = [(entry, verb) for entry in registry.ENTRIES for verb in registry.verbs(entry).values()]


def run(*argv: str, **env: str) -> subprocess.CompletedProcess:
    """kam as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kam_cli", *argv],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "line",
    [
        "--json client list",
        "client --json list",
        "client list --json",
        "clients list --format json",
        "client list --format=json",
    ],
)
def test_global_options_stand_anywhere(kam, line):
    kam("client add Acme")
    assert kam(line).json[0]["name"] == "Acme"


def test_an_option_overrules_the_environment_and_that_the_settings(kam, monkeypatch, tmp_path):
    kam("client add Acme")
    (tmp_path / "config.toml").write_text("format = 'csv'\n")
    assert kam("client list").out.startswith("id,uid")
    monkeypatch.setenv("KAM_FORMAT", "jsonl")
    assert kam("client list").out.startswith("{")
    assert kam("client list --csv").out.startswith("id,uid")
    assert "choose one of" in kam("client list --format xml", exit=2).err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("client list", 0), ("clinet list", 2), ("client lst", 2), ("client add", 2), ("client add --kind nonsense X", 2),
        ("client list --nonsense", 2), ("client edit nobody --stage key", 3), ("client list --sort nonsense", 2),
        ("client list --limit many", 2), ("client list --where nonsense=1", 2), ("client list --today nonsense --where since_on=mon", 2),
        ("client add X --every never", 2), ("client add X --phone nodigits", 2), ("client add X --email nonsense", 2),
        ("client remove", 2), ("undo nonsense", 2),
    ],
)  # fmt: skip
def test_exit_codes_and_one_line_errors(kam, line, code):
    result = kam(line, exit=code)
    if code:
        first, *rest = result.err.splitlines()
        assert first.startswith("kam: ") and len(first) > 15
        assert all(line.startswith("  ") for line in rest)
        assert result.out == ""


@pytest.mark.parametrize("entry", registry.ENTRIES, ids=lambda e: e.name)
def test_every_noun_has_help_with_an_example_for_every_verb(kam, entry):
    text = kam(f"{entry.name} --help").out
    for name, verb in registry.verbs(entry).items():
        assert any(line.startswith("kam ") for line in app.examples_of(verb)), f"{verb.path} has no example"
        if not entry.alone:
            assert f"  {name}" in text
            assert app.examples_of(verb)[0] in text
        assert kam(f"{entry.name} {'' if entry.alone else name} --help").out.startswith("Usage: kam")
    if entry.plural:
        assert kam(f"{entry.plural} --help").out


def examples():
    return [(verb, line) for _, verb in VERBS for line in app.examples_of(verb)]


@pytest.mark.parametrize(("verb", "line"), examples(), ids=lambda x: x if isinstance(x, str) else "")
def test_every_example_is_a_well_formed_call_of_its_verb(verb, line):
    import shlex

    words = shlex.split(line.partition(" | ")[0].partition(" > ")[0].partition(" < ")[0])
    assert words[0] == "kam"
    parsed = fastpath.parse(words[1:])
    assert parsed is not None, f"not a plain call: {line}"
    assert parsed[0].function is verb.function


@pytest.mark.parametrize("name", ["", *(entry.name for entry in registry.ENTRIES)])
def test_the_help_pages_are_as_they_were(kam, name, monkeypatch):
    from golden import golden

    monkeypatch.setenv("COLUMNS", "80")
    golden(f"help/{name or 'kam'}.txt", kam(f"{name} --help").out)


def test_version_is_one_line():
    from kam_cli import __version__

    assert run("--version").stdout == f"kam {__version__}\n"
    assert app.main(["--version"]) == 0


def typer_values(argv: list[str]) -> tuple[Verb, dict, dict] | None:
    """What Typer makes of a line, without running it."""
    seen = []
    application, _ = app.build(argv)
    original = app.run
    app.run = lambda verb, raw, flags, argv: seen.append((verb, raw, dict(flags))) or 0
    try:
        application.main(argv, prog_name="kam", standalone_mode=False)
    except Exception:
        return None
    finally:
        app.run = original
    return seen[0] if seen else None


def plain(verb: Verb, raw: dict) -> dict:
    """Raw values as `bind` sees them: nothing, an empty list and a flag not given are the same."""
    return {
        p.name: list(v) if isinstance(v, (list, tuple)) else v
        for p in verb.params
        if (v := raw.get(p.name)) not in (None, False, (), [])
    }


word = st.sampled_from(
    [
        "acme",
        "12",
        "#3",
        "wants the list",
        "-",
        "--",
        "-x",
        "=",
        "a=b",
        "",
        "ŁÓDŹ",
        "--json",
        "--csv",
        "-y",
        "--db",
        "x.db",
        "-1w",
    ]
)


@settings(max_examples=400)
@given(st.data())
def test_both_parsers_read_a_line_alike(data):
    entry, verb = data.draw(st.sampled_from(VERBS))
    flags = [flag for p in verb.params for flag in p.flags or ()]
    token = st.one_of(
        word, st.sampled_from(flags or ["x"]), st.sampled_from(flags or ["x"]).map(lambda f: f + "=v")
    )
    argv = [entry.name, *([] if entry.alone else [verb.name]), *data.draw(st.lists(token, max_size=7))]
    fast = fastpath.parse(argv)
    if fast is None:
        return
    slow = typer_values(argv)
    assert slow is not None, f"Typer refuses {argv}"
    assert (fast[0].function, plain(fast[0], fast[1]), fast[2]) == (
        slow[0].function,
        plain(slow[0], slow[1]),
        slow[2],
    )


def test_plain_calls_take_the_fast_path():
    for line in (
        "log call acme wants the new list",
        "client list --json",
        "today",
        "",
        "--json",
        "deal list --limit 3",
    ):
        assert fastpath.parse(line.split()) is not None, line
    for line in (
        "client",
        "--help",
        "client list -h",
        "clinet list",
        "stage list extra",
        "client list --limit",
    ):
        assert fastpath.parse(line.split()) is None, line


def test_completion_offers_commands_verbs_options_choices_and_names(kam):
    from kam_cli.complete import candidates

    kam("client add 'Łódź Bakery' --handle lodz-bakery")
    assert candidates([], "cl") == ["client"]
    assert "today" in candidates([], "")
    assert candidates(["client"], "sh") == ["show"]
    for begun in ("lo", "LO", "lodz-b"):
        assert candidates(["client", "show"], begun) == ["lodz-bakery"]
    assert candidates(["client", "add", "X", "--stage"], "re") == ["regular"]
    assert "--stage" in candidates(["client", "add"], "--st")
    assert candidates(["nonsense"], "x") == []


def test_bash_completion_is_answered_by_the_program(kam):
    kam("client add 'Acme GmbH'")
    answer = run("x", _KAM_COMPLETE="complete_bash", COMP_WORDS="kam client show ac", COMP_CWORD="3")
    assert (answer.stdout, answer.stderr) == ("acme\n", "")
    answer = run(
        _KAM_COMPLETE="complete_bash", COMP_WORDS="kam cl", COMP_CWORD="1", KAM_DB="/nonexistent/book.db"
    )
    assert answer.stdout == "client\n"


def test_a_closed_pipe_is_quiet(kam):
    for number in range(40):
        kam(f"client add 'Client {number}' --force")
    line = f"{sys.executable} -m kam_cli client list --json | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True)
    assert done.stderr == ""


def test_a_full_disk_under_stdout_is_one_line(kam):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kam_cli", "client", "add", "Acme"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "saved, but" in done.stderr
    assert kam.json("client list")[0]["name"] == "Acme"


def test_a_bare_environment_is_enough(kam):
    command = ["env", "-i", sys.executable, "-m", "kam_cli", "--db", str(kam.db)]
    assert subprocess.run([*command, "client", "add", "Łódź שלום"], capture_output=True).returncode == 0
    done = subprocess.run([*command, "client", "list", "--json"], capture_output=True)
    assert "Łódź שלום" in done.stdout.decode() and done.stderr == b""


def test_debug_shows_where_an_error_came_from(kam):
    assert "Traceback" in kam("client edit nobody --stage key --debug", exit=3).err
    assert "Traceback" not in kam("client edit nobody --stage key", exit=3).err


def test_stdin_is_read_only_where_a_dash_is_given(kam):
    kam("client add Acme --note -", input="from\nstdin\n")
    assert kam.book().value("SELECT note FROM clients") == "from\nstdin"
    kam("client add Beta", input="left alone")


def test_quiet_says_nothing(kam):
    result = kam("client add Acme --quiet")
    assert (result.out, result.err) == ("", "")
    assert kam("client add Beta --quiet --json").json["name"] == "Beta"
