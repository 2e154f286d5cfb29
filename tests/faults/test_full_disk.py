"""A full disk: one line says so, nothing that was acknowledged is lost, no part of a file stays, and
freeing space is enough to go on. The same for a file that may not grow further, and for an output that
cannot be written.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
from pathlib import Path

import pytest
from faultkit import KAM, LONG, ask, beside, content, faults, figure, kam, old_book, one_line, times


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if not mount or os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, leave: int = 0) -> Path:
    """Take up all of a disk but ``leave`` bytes; gives the file to remove."""
    free = shutil.disk_usage(place).free
    (place / "filler").write_bytes(bytes(max(0, free - leave)))
    return place / "filler"


def test_a_disk_that_fills_up_keeps_what_was_acknowledged(nobook, small_disk, monkeypatch):
    book = small_disk / "book.db"
    monkeypatch.setenv("KAM_DB", str(book))
    nobook("init")
    nobook("client add Acme")
    filler = fill(small_disk, leave=times(150_000, 450_000))
    said, refused = [], []
    for number in range(times(14, 60)):
        done = kam("log", "call", "acme", f"mark{number} " + "x" * 9000)
        (refused if done.returncode else said).append(number)
        if done.returncode:
            assert (done.returncode, done.stdout) == (1, "")
            assert one_line(done.stderr) and "the disk is full" in done.stderr
        assert not beside(book)
    there = {int(text.split()[0][4:]) for (text,) in ask(book, "SELECT text FROM interactions")}
    figure("a disk of 3 MB that fills up", f"{len(said)} changes saved, {len(refused)} refused",
           f"{len(set(said) - there)} acknowledged lost, {len(there & set(refused))} half done")  # fmt: skip
    assert said and refused
    assert there == set(said)
    filler.unlink()
    assert kam("log", "call", "acme", "x" * 9000).returncode == 0
    assert not faults(book)


def test_a_book_is_made_whole_or_not_at_all_on_a_full_disk(nobook, small_disk):
    book = small_disk / "new" / "book.db"
    for leave in range(0, 2_400_000, times(600_000, 40_000)):
        filler = fill(small_disk, leave)
        done = kam("init", "--db", str(book))
        if done.returncode:
            assert (done.returncode, done.stdout) == (1, "")
            assert one_line(done.stderr) and "disk is full" in done.stderr
            assert not book.exists() and not beside(book)
        filler.unlink()
        shutil.rmtree(book.parent, ignore_errors=True)
    assert kam("init", "--db", str(book)).returncode == 0
    assert not faults(book)


@pytest.mark.parametrize("line", ["backup FILE", "export person acme --to FILE"])
def test_a_file_for_elsewhere_is_made_whole_or_not_at_all(kam_book, small_disk, line):
    made, sizes = 0, (0, 2048, 2_000_000) if not LONG else (0, *range(512, 1_900_000, 20_000), 2_000_000)
    for leave in sizes:
        filler = fill(small_disk, leave)
        target = small_disk / "out"
        done = kam(*line.replace("FILE", str(target)).split())
        assert (done.returncode == 0) == target.exists()
        if done.returncode:
            assert done.returncode == 1 and one_line(done.stderr), done
            assert {path.name for path in small_disk.iterdir()} == {"filler"}
        elif line.startswith("backup"):
            assert kam("check", str(target)).returncode == 0 and content(target) == content(kam_book)
        made += target.exists()
        filler.unlink()
        target.unlink(missing_ok=True)
    assert not faults(kam_book)
    figure(f"`kam {line}` to a disk with less and less room", f"{len(sizes)} sizes, {made} made whole",
           "one line for each other, no part of a file left")  # fmt: skip
    assert 0 < made < len(sizes)


def test_an_old_book_on_a_full_disk_is_migrated_or_left_alone(nobook, small_disk):
    """With the backup that comes before it, for which a megabyte is never enough."""
    subprocess.run(["mount", "-o", "remount,size=3m", str(small_disk)], check=True)
    book, migrated = small_disk / "book.db", 0
    old_book(book)
    old = book.read_bytes()
    sizes = range(0, 2_000_000, times(400_000, 20_000))
    for leave in sizes:
        filler = fill(small_disk, leave)
        done = kam("client", "list", "--json", "--db", str(book))
        if done.returncode:
            assert done.returncode in (1, 6) and done.stdout == ""
            assert one_line(done.stderr) and ("disk is full" in done.stderr or "No space left" in done.stderr)
            assert book.read_bytes() == old and not beside(book)
        else:
            migrated += 1
        assert not list(small_disk.rglob("*.part"))
        filler.unlink()
        shutil.rmtree(small_disk / "backups", ignore_errors=True)
        book.write_bytes(old)
    figure("an old book is opened on a disk with less and less room", f"{len(sizes)} sizes, {migrated} migrated",
           "the others left as they were, no part of a backup left")  # fmt: skip
    assert 0 < migrated < len(sizes)


def limited(size: int):
    """Run in the child: no file may grow beyond so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_file_that_may_not_grow_is_left_as_it_was(kam_book, tmp_path):
    tries, dice = times(20, 200), random.Random(6)
    before, full = content(kam_book), kam_book.stat().st_size
    saved = lost = torn = 0
    for number in range(tries):
        book = tmp_path / "limited" / "book.db"
        shutil.rmtree(book.parent, ignore_errors=True)
        book.parent.mkdir()
        shutil.copy(kam_book, book)
        # The journal grows to a sixth of such a book, the book itself by a page or two.
        size = dice.choice((dice.randrange(120_000), dice.randrange(full - 20_000, full + 60_000)))
        text = f"mark{number} " + "x" * 9000
        done = kam("log", "call", "acme", text, "--db", str(book), preexec_fn=limited(size))
        assert done.returncode in (0, 1), (size, done)
        assert bool(done.stdout) == (done.returncode == 0)
        assert not done.returncode or (one_line(done.stderr) and "disk" in done.stderr), done.stderr
        there = ask(book, "SELECT count(*) FROM interactions WHERE text = ?", (text,))[0][0]
        saved, lost = saved + there, lost + (not done.returncode and not there)
        torn += bool(faults(book) or beside(book) or (not there and content(book) != before))
    figure("no file may grow beyond N bytes (`RLIMIT_FSIZE`)", f"{tries} sizes, {saved} changes saved",
           f"{lost} acknowledged lost, {torn} damaged or half done")  # fmt: skip
    assert 0 < saved < tries
    assert (lost, torn) == (0, 0)


@pytest.mark.parametrize(
    "line",
    ["client list", "client list --json", "client list --csv", "client show acme", "today",
     "schema",
     "check --json", "config list", "sql 'SELECT 1'", "--help", "client --help", "client add --help", "--version"],
)  # fmt: skip
def test_an_output_that_cannot_be_written_is_one_line(kam_book, line):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            f"{' '.join(KAM)} {line}", shell=True, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1, done
    assert one_line(done.stderr) and "No space left" in done.stderr


def test_a_change_whose_echo_cannot_be_written_is_said_to_be_saved(kam_book):
    with open("/dev/full", "w") as full:
        done = kam("client", "add", "Beta", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert one_line(done.stderr) and "saved" in done.stderr
    figure(
        "`/dev/full` as stdout of a change", "1 command", "one line says that it is saved, and it is there"
    )
    assert ask(kam_book, "SELECT count(*) FROM clients WHERE name = 'Beta'") == [(1,)]


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_harm_nothing(kam_book, closed):
    """A stream that is closed is as good as /dev/null; above all the book is never opened in its place."""
    done = subprocess.run(
        f"{' '.join(KAM)} client add Beta {closed}", shell=True, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ask(kam_book, "SELECT count(*) FROM clients WHERE name = 'Beta'") == [(1,)]
    done = subprocess.run(
        f"{' '.join(KAM)} client add Beta {closed}", shell=True, capture_output=True, text=True
    )
    assert done.returncode == 4, "it looks like the one that is there"
    assert not faults(kam_book)


def test_a_message_that_cannot_be_written_changes_no_exit_code(kam_book):
    with open("/dev/full", "w") as full:
        assert kam("client", "show", "nobody", capture_output=False, stdout=full, stderr=full).returncode == 3
        assert kam("client", "nonsense", capture_output=False, stdout=full, stderr=full).returncode == 2
