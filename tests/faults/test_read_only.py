"""A book that may only be read is read; writing it is refused in one line that names the place. Neither
leaves anything behind. So on a disk mounted read-only, in a folder of somebody else, and after a crash on
either.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from faultkit import KAM, content, figure, one_line, script

if os.geteuid() or not shutil.which("setpriv") or not shutil.which("mount"):
    pytest.skip("only root can mount a disk and become somebody else", allow_module_level=True)

READS = ("client list --json", "client show acme --json", "deal list --json", "sql SELECT+1 --json")
WRITES = ("client add Beta", "log call acme hello", "deal move 1 needs", "init --db DB.other")
SOURCE = Path(__file__).resolve().parents[2] / "src"
RUN = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from kam_cli.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def as_root(line: str):
    return subprocess.run([*KAM, *words(line)], capture_output=True, text=True, timeout=60)


def words(line: str) -> list[str]:
    return [word.replace("+", " ").replace("DB", os.environ["KAM_DB"]) for word in line.split()]


@pytest.fixture
def nobody():
    """Runs a command line as a user who owns nothing, by a Python that he may use."""
    person = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for python in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin") or "python3"):
        start = [*person, python, "-c", RUN, str(SOURCE)]
        done = subprocess.run([*start, "--version"], capture_output=True, cwd="/")
        if done.returncode == 0:
            env = {**os.environ, "HOME": "/", "KAM_CONFIG": "/nowhere.toml"}
            return lambda line: subprocess.run(
                [*start, *words(line)], capture_output=True, text=True, timeout=60, cwd="/", env=env
            )
    return pytest.skip("no Python that another user may run")


@pytest.fixture
def place(kam_book, monkeypatch):
    """A folder that anybody may enter, with the book in it, also after this test made it read-only."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        book = Path(folder) / "disk" / "book.db"
        book.parent.mkdir()
        os.chmod(book.parent, 0o755)
        shutil.copy(kam_book, book)
        monkeypatch.setenv("KAM_DB", str(book))
        yield book


def check(what: str, run, book: Path, reads: bool = True) -> None:
    """What is read comes out, what is written is refused in a line, and all stays as it was."""
    before, names = content(book), sorted(os.listdir(book.parent))
    for line in READS:
        done = run(line)
        if reads:
            assert (done.returncode, done.stderr) == (0, ""), (line, done)
            assert done.stdout
        else:
            assert done.returncode == 6 and one_line(done.stderr), (line, done)
            assert str(book) in done.stderr
    for line in WRITES:
        done = run(line)
        assert done.returncode in (1, 6) and done.stdout == "", (line, done)
        assert one_line(done.stderr) and str(book.parent) in done.stderr, (line, done)
    assert content(book) == before
    assert sorted(os.listdir(book.parent)) == names
    figure(
        what,
        f"{len(READS)} commands that read, {len(WRITES)} that write",
        f"{'read' if reads else 'one line for each, exit 6'}; one line for each, nothing changed or left behind",
    )


def test_a_folder_of_somebody_else(place, nobody):
    os.chmod(place, 0o644)
    check("a book and folder of somebody else", nobody, place)


def test_a_book_of_somebody_else_in_a_folder_for_all(place, nobody):
    """His lock file may appear beside it, as anybody's file may there; the book is not his to write."""
    os.chmod(place, 0o644)
    os.chmod(place.parent, 0o777)
    before = content(place)
    assert nobody("client list --json").returncode == 0
    done = nobody("client add Beta")
    assert done.returncode == 6 and one_line(done.stderr) and str(place) in done.stderr
    assert content(place) == before


def test_a_book_that_its_owner_alone_may_read(place, nobody):
    check("a book that its owner alone may read", nobody, place, reads=False)


def test_a_folder_that_may_not_be_entered(place, nobody):
    os.chmod(place.parent, 0o700)
    check("a folder that may not be entered", nobody, place, reads=False)


@pytest.fixture
def disk(place):
    """The book on a small disk of its own; gives how to make it read-only."""
    kept = place.read_bytes()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place.parent)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting is not possible here")
    place.write_bytes(kept)
    yield lambda: subprocess.run(["mount", "-o", "remount,ro", str(place.parent)], check=True)
    subprocess.run(["umount", str(place.parent)], check=True)


def test_a_disk_mounted_read_only(place, disk):
    disk()
    check("a disk mounted read-only", as_root, place)


def test_a_disk_mounted_read_only_after_a_crash(place, disk):
    """What was half written cannot be taken back there: it is read as it was before, from a copy."""
    killed = script(
        "import os, sys\n"
        "from kam_cli.book import Book\n"
        "with (book := Book.open(sys.argv[1])).write(['x']):\n"
        "    book.conn.execute('PRAGMA cache_spill = 1'); book.conn.execute('PRAGMA cache_size = 1')\n"
        "    for n in range(400): book.insert('tasks', {'title': 'x' * 900, 'title_key': 'x'})\n"
        "    os.kill(os.getpid(), 9)",
        str(place),
    )
    assert killed.returncode == -9
    before = content(place)
    disk()
    done = as_root("client list --json")
    assert done.returncode == 0 and json.loads(done.stdout)
    assert json.loads(as_root("task list --json").stdout) == []
    done = as_root("client add Beta")
    assert done.returncode == 6 and one_line(done.stderr) and str(place) in done.stderr
    assert content(place) == before
    subprocess.run(["mount", "-o", "remount,rw", str(place.parent)], check=True)
    assert as_root("client list --json").returncode == 0
    assert not [name for name in os.listdir(place.parent) if "journal" in name]
