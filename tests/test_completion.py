"""What shells are offered: names from the book, none of which a shell would run, expand or part."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

HOSTILE = (
    "$(touch pwned)", "`touch pwned2`", "*", "a;touch pwned3", "two words", "b'c", 'd"e', "-x", "~", "f&g", "h>pwned4", "{i,j}", "!!", "k\\l",
)  # fmt: skip
PLAIN = ("Готово", "q1-review", "v2.0")


@pytest.fixture
def stages(kam):
    """The names that completion offers for a stage: those of the book that are plain; numbers stand for the others."""
    for number, name in enumerate((*HOSTILE, *PLAIN)):
        kam(["stage", "add", "--probability=50", "--days=1", f"--position={number + 1}", "--", name])
    kam("client add Acme")
    kam("deal add acme Roof --value 1k")
    names = {row["name"]: str(row["id"]) for row in kam.json("stage list")}
    return ["next", "back", *(number if name in HOSTILE else name for name, number in names.items())]


def shell(program: str, script: str, folder) -> str:
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not here")
    (folder / "bin").mkdir(exist_ok=True)
    command = folder / "bin" / "kam"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kam_cli "$@"\n')
    command.chmod(0o755)
    env = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [found, "-c", script], env=env, cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert not list(folder.glob("pwned*")), "something of the book was run"
    return done.stdout


def test_bash(stages, tmp_path):
    offered = shell(
        "bash",
        'eval "$(_KAM_COMPLETE=source_bash kam)"; COMP_WORDS=(kam deal move 1 ""); COMP_CWORD=4; '
        "_kam_completion kam; printf '%s\\n' \"${COMPREPLY[@]}\"",
        tmp_path,
    )
    assert offered.split("\n")[:-1] == stages


def test_zsh(stages, tmp_path):
    offered = shell(
        "zsh",
        "_arguments() { print -r -- \"$@\" }; words=(kam deal move 1 ''); CURRENT=5; "
        'eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _KAM_COMPLETE=complete_zsh kam)',
        tmp_path,
    )
    assert offered.strip() == "*: :((" + " ".join(f'"{one}"' for one in stages) + "))"


def test_fish(stages, tmp_path):
    offered = shell(
        "fish", 'env _KAM_COMPLETE=source_fish kam | source; complete -C "kam deal move 1 "', tmp_path
    )
    assert sorted(offered.split()) == sorted(stages)


@pytest.mark.parametrize(
    ("line", "at", "offered"),
    [
        ("kam client show ac", 3, "acme\n"),
        ('kam log call "Acme B" --deal 1 --with ', 7, ""),
        ("kam contact list --client 'x y' --client ac", 6, "acme\n"),
        ("kam client show $(touch pwned", 4, ""),
        ('kam client show "ac', 3, "acme\n"),
        ("kam client show 'ac", 3, "acme\n"),
        ("kam client show a\\ b", 3, ""),
        ("kam client show \x1b]0;x\x07", 3, ""),
        ("kam client show \ud800", 3, ""),
    ],
)
def test_words_that_are_still_being_typed(kam, tmp_path, monkeypatch, capsys, line, at, offered):
    from kam_cli import complete

    kam("client add Acme")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        os,
        "environ",
        {**os.environ, "_KAM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(at)},
    )
    assert complete.main() == 0
    assert capsys.readouterr().out == offered
    assert not (tmp_path / "pwned").exists()


def test_names_of_another_program_are_offered_only_where_they_are_plain(kam):
    from kam_cli.complete import candidates

    kam("client add Acme")
    kam("client add Acme Two --force --handle acme-two")
    book = kam.book()
    book.conn.execute("UPDATE clients SET handle = 'acme;$(x)\x1b[31m' WHERE id = 1")
    book.close()
    assert candidates(["client", "show"], "ac") == ["acme-two"]
