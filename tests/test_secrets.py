"""What should not be read over a shoulder comes from stdin or an editor: it is stored, and in no command line, file or history."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calls import example, line_of, verbs
from kam_cli import journal, kinds
from kam_cli.__main__ import main
from kam_cli.domains.clients.details import FREE
from kam_cli.params import Edit

SECRET = "tajne żółć סוד 4711"
VERBS = list(verbs())
FREE_TEXT = (id(kinds.text), id(kinds.phrase))


def texts(verb) -> list:
    """Its parameters that may hold anything."""
    found = [p for p in verb.params if p.kind is not None and (id(p.kind) in FREE_TEXT or p.name in FREE)]
    return found if verb.path not in ("sql", "find") and verb.listing is None else []


PAIRS = [(verb, param) for verb in VERBS for param in texts(verb)]
EDITED = [(verb, param) for verb in VERBS for param in verb.params if isinstance(param, Edit)]


def run(argv: list[str], stdin: str) -> tuple[int, str]:
    streams = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    try:
        code = main(argv)
        sys.stderr.flush()
        return code, sys.stderr.buffer.getvalue().decode()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams


def is_stored(book) -> bool:
    """Whether a column of a record holds the secret."""
    found = book.book()
    rows = [row for table in journal.journalled_tables(found) for row in found.rows(f"SELECT * FROM {table}")]
    found.close()
    return any(isinstance(value, str) and SECRET in value for row in rows for value in row.values())


def is_told(book) -> list[str]:
    """Command lines that hold the secret, or a part of it."""
    found = book.book()
    lines = found.column("SELECT line FROM commands")
    found.close()
    return [line for line in lines if any(word in line for word in SECRET.split())]


def name(one) -> str:
    return getattr(one, "path", None) or one.label


def test_there_are_such_parameters():
    assert len(PAIRS) > 30 and len({verb.path for verb, _ in EDITED}) >= 12


EXAMPLES: dict[str, dict] = {}


def done(place, verb, change, stdin: str = "") -> tuple[int, str]:
    """The end of a call after ``change`` of its values: of an example without what can be left out, else of all of it,
    since some options need each other.
    """
    raw = EXAMPLES.get(verb.path) or EXAMPLES.setdefault(verb.path, example(place, verb))
    raw = {name: value for name, value in raw.items() if name != "dry_run"}
    force = {one.name: True for one in verb.params if one.name == "force"}
    code, said = 2, ""
    for some in ({one.name: raw[one.name] for one in verb.params if one.required and one.name in raw}, raw):
        if code:
            place.fresh()
            code, said = run(change({**some, **force}), stdin)
    return code, said


@pytest.mark.parametrize("verb, param", PAIRS, ids=name)
def test_a_text_comes_from_stdin_and_is_in_no_command_line(place, verb, param):
    value = ["-"] if param.many or param.joined else "-"
    code, said = done(place, verb, lambda raw: line_of(verb, {**raw, param.name: value}), f"{SECRET}\n")
    assert code == 0, said
    assert is_stored(place) and not is_told(place)


@pytest.mark.parametrize("verb, param", EDITED, ids=name)
def test_a_text_is_written_in_an_editor_and_is_in_no_command_line(place, verb, param, tmp_path, monkeypatch):
    script = tmp_path / "editor"
    script.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[1], 'a').write({SECRET!r})\n")
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))
    code, said = done(place, verb, lambda raw: [*line_of(verb, {**raw, param.target: None}), "--edit"])
    assert code == 0, said
    assert is_stored(place) and not is_told(place)


def test_stdin_is_read_once(kam):
    kam("client add Acme")
    assert "stdin is read once" in kam("log call acme - --wish -", exit=2, input="x").err
    assert kam.json("log list") == []
    assert kam.json("task add -", input="\ufeffcall Jana\nabout it\n")["title"] == "call Jana about it"
    assert kam.json("client list --where name~-") == []


def test_a_passphrase_is_kept_nowhere(kam, tmp_path, monkeypatch):
    pytest.importorskip("pyrage")
    monkeypatch.chdir(tmp_path)
    kam("client add Acme")
    command = ["--passphrase-command", "printf s3cr3t-4711"]
    kam(["backup", "b.age", *command])
    kam(["check", "b.age", *command])
    kam(["check", "b.age", "--repair", "new.db", *command])
    kam(["restore", "b.age", "--yes", *command])
    monkeypatch.setenv("KAM_PASSPHRASE", "s3cr3t-4711")
    kam("backup c.age")
    monkeypatch.setenv("KAM_SMTP_PASSWORD", "s3cr3t-4711")
    kam("task add send --due yesterday")
    kam("config set mail.smtp_host 127.0.0.1")
    kam("config set mail.smtp_port 1")
    kam("config set mail.smtp_user ewa")
    kam("config set mail.smtp_security none")
    said = kam("remind --notify mail --to ewa@lis.example", exit=1)
    assert "4711" not in said.err + said.out
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"s3cr3t" not in path.read_bytes(), path


# --- the editor ---------------------------------------------------------------------------------------------


@pytest.fixture
def editor(kam, tmp_path, monkeypatch):
    """Makes $EDITOR a program with this body; ``path`` is the file it is given, as its ``seen`` tells the test."""
    monkeypatch.delenv("VISUAL", raising=False)
    kam("client add Acme")
    script = tmp_path / "an editor's" / "my editor"
    script.parent.mkdir()

    def make(body: str, command: str = "{}") -> Path:
        head = f"#!{sys.executable}\nimport os, sys, time\npath = sys.argv[-1]\n"
        script.write_text(f"{head}open({str(tmp_path / 'seen')!r}, 'w').write(path)\n{body}\n")
        script.chmod(0o700)
        monkeypatch.setenv("EDITOR", command.format(script))
        return tmp_path / "seen"

    return make


def is_gone(seen: Path) -> bool:
    draft = Path(seen.read_text())
    return not draft.exists() and not draft.parent.exists()


@pytest.mark.parametrize(
    "body, exit, said",
    [
        ("os.kill(os.getpid(), 9)", 5, "ended by signal 9"),
        ("sys.exit(7)", 5, "ended with 7"),
        ("sys.exit(130)", 130, "interrupted"),
        ("open(path, 'w').close()", 5, "the text is empty"),
        ("os.unlink(path)", 5, "the text is empty"),
        ("open(path, 'wb').write(b'a\\0b')", 2, "--edit: character 2 is NUL"),
        ("open(path, 'wb').write(bytes(range(128, 256)))", 2, "--edit: character 1, "),
        ("os.unlink(path); os.mkdir(path)", 1, "text.txt"),
        ("open(path, 'w').write('x' * 10**6 + '\\0')", 2, "character 1000001 is NUL"),
    ],
)
def test_an_editor_that_goes_wrong_changes_nothing(kam, editor, body, exit, said):
    seen = editor(body)
    done = kam("log call acme begun --edit", exit=exit)
    assert said in done.err and done.err.count("\n") == 1
    assert kam.json("log list") == [] and is_gone(seen)


@pytest.mark.parametrize("command", ["{}", "'/bin/sh' -c 'exec \"{}\" \"$@\"' sh", '"{}" --wait -n "a b" ""'])
def test_an_editor_with_blanks_and_arguments(kam, editor, command):
    if command == "'/bin/sh' -c 'exec \"{}\" \"$@\"' sh":
        command = command.replace("'exec", "'e=$0; exec").replace('"{}"', '"$e"').replace("' sh", '\' "{}"')
    seen = editor("open(path, 'w').write('wrote it')", command)
    assert kam.json("log call acme --edit")["text"] == "wrote it" and is_gone(seen)


def test_without_an_editor_or_a_place_for_the_draft(kam, editor, monkeypatch):
    for value in ("", "   "):
        monkeypatch.setenv("EDITOR", value)
        assert "no editor is set" in kam("log call acme --edit", exit=2).err
    monkeypatch.setenv("EDITOR", "vi 'half")
    assert "cannot be read" in kam("log call acme --edit", exit=2).err
    monkeypatch.setenv("EDITOR", "/nowhere/vi -x")
    assert "cannot start the editor '/nowhere/vi'" in kam("log call acme --edit", exit=1).err
    editor("")
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: ["/nowhere"])
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert "Set TMPDIR" in kam("log call acme --edit", exit=1).err


def test_a_draft_lies_where_only_its_owner_looks_and_nothing_stays(kam, editor, tmp_path, monkeypatch):
    place = tmp_path / "run"
    place.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    seen = editor("open(path + '~', 'w').write('old'); open(path, 'w').write('x')")
    kam("log call acme --edit")
    assert str(place) in seen.read_text() and is_gone(seen) and list(place.iterdir()) == []


def test_what_was_written_is_not_lost_by_a_refusal(kam, editor):
    """It is in no history, so it is said again: a look-alike, a book that is in use, a day that cannot be."""
    editor("open(path, 'w').write('a long note\\nof two lines')")
    said = kam("client add Acme --edit", exit=4).err
    assert said.endswith("  what was written:\n  a long note\n  of two lines\n")
    assert "what was written" not in kam("log call nobody --edit", exit=3).err


@pytest.mark.parametrize(
    "number, code", [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP), (signal.SIGINT, 130)]
)
def test_a_draft_goes_with_a_signal(kam, editor, number, code):
    """Ctrl-C reaches the editor, too; whatever else ends kam takes the editor along."""
    seen = editor("open(path, 'w').write('half'); time.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-m", "kam_cli", "log", "call", "acme", "--edit"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: [signal.signal(one, signal.SIG_DFL) for one in (signal.SIGINT, signal.SIGHUP)],
    )  # fmt: skip
    until = time.monotonic() + 30
    while (
        not (seen.exists() and seen.read_text() and os.path.getsize(seen.read_text()))
        and time.monotonic() < until
    ):
        time.sleep(0.02)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    assert process.wait(30) == code and is_gone(seen)
    process.communicate()
    assert kam.json("log list") == []
