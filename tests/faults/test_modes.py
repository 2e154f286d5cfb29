"""Every file that kam makes is its owner's alone, whatever the umask: 0600, and folders 0700; at no moment wider.

Each command that writes files runs as a process of its own in a home of its own; then every file there is looked at.
What is there for a moment only is seen by `strace`, and the draft in an editor by the editor.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from faultkit import KAM, LONG, old_book

from kam_cli import registry

UMASKS = (0, 0o022, 0o077)
EXPORTS = tuple(
    f"{verb.path} --to {name}.{'json' if verb.listing else 'out'}"
    for name, verb in registry.verbs(registry.BY_NAME["export"]).items()
    if not any(param.required for param in verb.params)
)
# Whatever writes a file, in the order of a day; BOOK is in the environment. New verbs that take a FILE are to be added.
LINES = (
    "init --tz Europe/Warsaw",
    "config set mail.to ewa@lis.example",
    "client add Acme --every 3w",
    "log call acme --edit",
    "client edit acme --note -",
    "task add send the list --client acme --due yesterday",
    "remind",
    "import customers.csv --as clients --skip-bad",
    "import - --as clients --skip-bad",
    "export person acme --to acme.json",
    "export person 1 --to out",
    *EXPORTS,
    "sync-folder phone",
    "product add Oak --price 12",
    "offer create acme --item Oak",
    "offer show acme --html offer.html",
    "contract add acme Frame",
    "contract attach frame customers.csv",
    "contract version frame --file customers.csv",
    "product quiz --list",
    "cron install",
    "cron remove",
    "backup",
    "backup stick/kam.db",
    "backup out",
    "backup stick/kam.age",
    "check --repair saved.db",
    "restore saved.db --yes",
    "restore stick/kam.age --yes",
    "client forget acme --yes",
    "undo --yes",
    "demo --db demo/book.db",
    "demo",
    "client list --db old.db",
    "--install-completion bash",
)
# A crontab program and an editor: they write as they like, and the editor tells what it was given.
CRONTAB = '#!/bin/sh\nif [ "$1" = -l ]; then cat "$TABLE" 2>/dev/null || { echo "no crontab for x" >&2; exit 1; }; else cat > "$TABLE"; fi\n'
EDITOR = (
    f"#!{sys.executable}\nimport os, sys\npath = sys.argv[-1]\n"
    "modes = [oct(os.stat(one).st_mode & 0o777) for one in (path, os.path.dirname(path))]\n"
    "open(os.environ['SEEN'], 'a').write(' '.join([path, *modes]) + '\\n')\n"
    "open(path + '~', 'w').write('a copy that editors leave')\n"
    "open(path, 'w').write('what was said')\n"
)
BAD_TABLE = "name,country\nGlobex,DE\nHooli,nowhere\n"


class Home:
    """A place with nothing of kam's in it, and how to run kam there."""

    def __init__(self, path: Path, umask: int) -> None:
        self.path = path
        self.umask = umask
        self.around = path / "around"  # of other programs
        for name in ("home", "tmp", "cwd", "cwd/out", "cwd/stick", "around"):
            (path / name).mkdir(parents=True)
            os.chmod(path / name, 0o755)
        for name, text in (("crontab", CRONTAB), ("editor", EDITOR)):
            (self.around / name).write_text(text)
            (self.around / name).chmod(0o755)
        self.env = {
            "HOME": str(path / "home"), "TMPDIR": str(path / "tmp"), "PATH": f"{self.around}:/usr/bin:/bin",
            "EDITOR": str(self.around / "editor"), "SEEN": str(self.around / "seen"), "TABLE": str(self.around / "table"),
            "KAM_PASSPHRASE": "correct horse", "SHELL": "/bin/bash", "PYTHONDONTWRITEBYTECODE": "1",
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
            **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        }  # fmt: skip
        (path / "cwd" / "customers.csv").write_text(BAD_TABLE)
        old_book(path / "cwd" / "old.db")
        self.given = {path, *path.rglob("*")}

    def kam(self, line: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*before, *KAM, *shlex.split(line)], env=self.env, cwd=self.path / "cwd", input=BAD_TABLE.encode(),
            capture_output=True, preexec_fn=lambda: os.umask(self.umask),
        )  # fmt: skip

    def made(self) -> dict[str, int]:
        """Path → mode of all that is there now and was not before."""
        found = {}
        for path in self.path.rglob("*"):
            if path not in self.given and self.around not in path.parents:
                found[str(path.relative_to(self.path))] = stat.S_IMODE(path.lstat().st_mode)
        return found


@pytest.mark.parametrize("umask", UMASKS, ids="{:03o}".format)
def test_whatever_the_umask(tmp_path, umask):
    pytest.importorskip("pyrage")
    home = Home(tmp_path, umask)
    # Another umask could only matter where kam did not set its own, which it does before anything else.
    lines = LINES if LONG or umask == 0 else LINES[:15]
    for line in lines:
        done = home.kam(line)
        assert done.returncode == 0, f"{line}: {done.stderr.decode()}"
        wide = {
            name: oct(mode)
            for name, mode in home.made().items()
            if mode != (0o700 if (tmp_path / name).is_dir() else 0o600)
        }
        assert not wide, line
    seen = (home.around / "seen").read_text().split()
    assert seen[1:] == ["0o600", "0o700"] and not Path(seen[0]).parent.exists(), "the draft, and its folder"
    assert not [name for name in home.made() if name.endswith((".part", "-journal", "~"))]
    if lines is not LINES:
        return
    names = " ".join(home.made())
    for part in (
        "home/.local/share/kam/book.db.lock", "book.db.erased", "config.toml", "backups/book-", "before-schema", "elsewhere.txt",
        "before-restore", "customers.csv.bad.csv", "phone/contacts/", "stdin.bad.csv", "cwd/acme.json", "out/client-1", "ical.out", "stick/kam.age",
        "out/book-", "saved.db", "cwd/demo/book.db", "tmp/kam-demo-", ".bashrc",
    ):  # fmt: skip
        assert part in names, f"{part} was not made: {names}"


def test_every_command_that_takes_a_file_is_tried():
    taking = {
        verb.path
        for entry in registry.ENTRIES
        for verb in registry.verbs(entry).values()
        if any(p.kind and p.kind.metavar == "FILE" for p in verb.params)
    }
    assert not [path for path in taking if not any(f"{line} ".startswith(f"{path} ") for line in LINES)]


TRACED = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\)\s+= (-?\d+)", re.MULTILINE)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_not_even_for_a_moment(tmp_path):
    """Every call that makes a file or changes a mode, with the umask of that moment: SQLite's journal too."""
    home = Home(tmp_path, 0)
    log = home.around / "strace.txt"
    calls = "umask,open,openat,creat,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat,memfd_create"
    strace = ("strace", "-f", "-qq", "-e", f"trace={calls}", "-o", str(log))
    if subprocess.run([*strace, "true"]).returncode:
        pytest.skip("strace may not trace here")
    made: list[str] = []
    for line in LINES if LONG else LINES[:14]:
        home.kam(line, strace)
        umask = 0
        for name, args, result in TRACED.findall(log.read_text()):
            if name == "umask":
                umask = int(args, 8)
            elif makes(name, args) and int(result) >= 0 and str(home.around) not in args:
                mode = int(re.findall(r"\b0\d{2,4}\b", args)[-1], 8)
                assert not mode & ~umask & 0o077, f"{line}: {name}({args})"
                made.append(args)
    assert [args for args in made if "book.db-journal" in args]
    assert [args for args in made if "text.txt" in args]


def makes(name: str, args: str) -> bool:
    """Whether a call of the system makes a file, or gives one another mode."""
    if name in ("open", "openat"):
        return "O_CREAT" in args or "O_TMPFILE" in args
    return name != "memfd_create"
