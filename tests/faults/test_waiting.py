"""Nobody waits for ever: not behind a writer that hangs, and never behind a reader that is slow to take
its output.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time

import pytest
from faultkit import HOLDERS, KAM, ask, faults, figure, holding, kam, one_line, only_long, start

from kam_cli.book import Book
from kam_cli.lock import Lock


@only_long
@pytest.mark.parametrize("who", HOLDERS)
def test_a_book_that_stays_held_is_given_up_after_half_a_minute(kam_book, who):
    holder = holding(kam_book, who)
    begun = time.monotonic()
    done = kam("client", "add", "Late")
    waited = time.monotonic() - begun
    holder.communicate()
    figure(f"the book held for longer by {who}", "1 command", f"exit {done.returncode} after {waited:.0f} s")
    assert (done.returncode, done.stdout) == (6, "")
    assert one_line(done.stderr)
    assert waited < 35
    assert kam("client", "add", "Later").returncode == 0
    assert ask(kam_book, "SELECT count(*) FROM clients") == [(2,)]


@pytest.mark.parametrize("who", HOLDERS)
def test_a_book_that_comes_free_is_written(kam_book, who):
    holder = holding(kam_book, who)
    late = start("client", "add", "Patient")
    with pytest.raises(subprocess.TimeoutExpired):
        late.wait(0.5)
    holder.communicate()
    assert late.communicate()[1] == b""
    assert late.returncode == 0
    assert ask(kam_book, "SELECT count(*) FROM clients WHERE name = 'Patient'") == [(1,)]
    assert not faults(kam_book)


@pytest.fixture
def long_list(kam, kam_book) -> None:
    """More clients than a pipe holds lines."""
    table = kam_book.with_name("many.csv")
    table.write_text("name\n" + "".join(f"Firm {n} {'x' * 60}\n" for n in range(2000)))
    kam(f"import {table} --as clients")


def test_a_pager_that_stands_still_holds_nobody_up(long_list, kam_book):
    """A list longer than a pipe, nobody reading it: a command writes meanwhile, and both end well."""
    reader = start("client", "list", bufsize=0)
    first = reader.stdout.read(1)
    done = subprocess.run([*KAM, "client", "add", "Meanwhile"], capture_output=True, timeout=60)
    assert reader.poll() is None, "it still has more to say than the pipe holds"
    out, err = reader.communicate()
    assert (done.returncode, done.stderr, reader.returncode, err) == (0, b"", 0, b"")
    assert (first + out).count(b"\n") > 2000
    assert b"Meanwhile" not in out


@only_long
def test_a_reader_that_looks_away_for_a_minute_holds_nobody_up(long_list, kam_book):
    reader = start("-c", f"{' '.join(KAM)} client list | (sleep 60; cat)", program=["sh"])
    waits, until = [], time.monotonic() + 58
    while (begun := time.monotonic()) < until:
        book = Book.open(str(kam_book))
        with book.write(["meanwhile"]):
            book.insert("tasks", {"title": "meanwhile", "title_key": "meanwhile"})
        book.close()
        waits.append(time.monotonic() - begun)
        time.sleep(0.1)
    out, err = reader.communicate()
    figure(
        "`kam client list | (sleep 60; cat)`",
        f"{len(waits)} writes meanwhile",
        f"0 errors; the longest took {max(waits):.2f} s from opening the book to the end of the commit",
    )
    assert (reader.returncode, err) == (0, b"") and out.count(b"\n") > 2000
    assert max(waits) < 2


def test_a_turn_that_was_not_waited_for_is_not_taken(kam_book):
    """Who gives up the queue gives it up whole: the lock passes to those who still wait."""
    holder = holding(kam_book, "its lock file")
    impatient, patient = Lock(str(kam_book), 0.05), Lock(str(kam_book), 60)
    with pytest.raises(Exception, match="being written by another kam"):
        impatient.acquire()
    holder.communicate()
    patient.acquire()
    patient.release()
    assert impatient.fd == patient.fd == -1


def test_a_book_that_is_replaced_while_a_command_waits_is_not_written_behind_its_back(kam_book):
    """As `kam restore` does it: the one that waited has the old file open, and must not say "saved" of that."""
    holder = holding(kam_book, "its lock file")
    late = start("client", "add", "Late")
    with pytest.raises(subprocess.TimeoutExpired):
        late.wait(0.5)
    fresh = kam_book.with_name("fresh.db")
    shutil.copy(kam_book, fresh)
    os.link(kam_book, kam_book.with_name("aside.db"))
    os.replace(fresh, kam_book)
    holder.communicate()
    out, err = late.communicate()
    assert (late.returncode, out) == (6, b"")
    assert one_line(err.decode()) and b"was replaced" in err
    for book in (kam_book, kam_book.with_name("aside.db")):
        assert ask(book, "SELECT count(*) FROM clients WHERE name = 'Late'") == [(0,)]


def test_a_book_reached_through_a_link_has_the_same_queue(kam_book):
    link = kam_book.with_name("link.db")
    link.symlink_to(kam_book)
    assert Lock(str(link), 1).path == Lock(str(kam_book), 1).path
    assert kam("client", "add", "Linked", "--db", str(link)).returncode == 0
    assert not link.with_name("link.db.lock").exists()
