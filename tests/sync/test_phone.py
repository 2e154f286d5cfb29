"""The folder in the hands of others: khard, khal and todoman read it, vdirsyncer carries it to a real server and back."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

PROGRAMS = ("khard", "khal", "todo", "vdirsyncer", "radicale")
# Where they are besides the PATH: a virtual environment of their own, so that their needs are not kam's.
BIN = os.pathsep.join(filter(None, [os.environ.get("KAM_PIM"), os.environ["PATH"]]))
pytest.importorskip("icalendar", reason="pip install 'kam-cli[ical]'")
missing = [name for name in PROGRAMS if not shutil.which(name, path=BIN)]
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        bool(missing),
        reason=f"{', '.join(missing)}: python3 -m venv pim && pim/bin/pip install khard khal todoman vdirsyncer radicale, "
        "and KAM_PIM=$PWD/pim/bin",
    ),
]
COLLECTIONS = ("contacts", "calendar", "tasks")


class Desk:
    """A home with the settings of all programs, and a way to run them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {
            "HOME": str(home),
            "PATH": BIN,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "Europe/Warsaw",
            "COLUMNS": "200",
        }

    def run(self, *argv: str) -> str:
        done = subprocess.run(
            argv,
            env=self.env,
            cwd=self.home,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        assert done.returncode == 0, f"{argv}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def write(self, name: str, text: str) -> str:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path / "home")
    for folder in ("phone", "other"):
        base = tmp_path / folder
        desk.write(
            f"khard-{folder}.conf",
            f"[addressbooks]\n[[kam]]\npath = {base}/contacts\n[general]\ndefault_action = list\n",
        )
        desk.write(
            f"khal-{folder}.conf",
            f"[calendars]\n[[kam]]\npath = {base}/calendar\n[default]\nhighlight_event_days = False\n"
            "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
            f"longdatetimeformat = %Y-%m-%d %H:%M\nlocal_timezone = Europe/Warsaw\ndefault_timezone = Europe/Warsaw\n[sqlite]\npath = {desk.home}/khal-{folder}.db\n",
        )
        desk.write(
            f"todo-{folder}.py",
            f'path = "{base}/*"\ndate_format = "%Y-%m-%d"\ntime_format = "%H:%M"\ncache_path = "{desk.home}/todo-{folder}.db"\n',
        )
    return desk


@pytest.fixture
def book(kam):
    kam("client add Łódź Bakery --email office@bakery.example")
    kam("contact add lodz Ewa Żak --phone '+48 600 100 200' --birthday '12 jun' --title Baker")
    kam("contact add lodz 'שלום כהן' --email shalom@bakery.example")
    kam("log meeting lodz Umowa --with ewa --at '2026-03-20 15:00' --minutes 45")
    kam("task add send the list --client lodz --due 2026-03-20")
    kam("task add another day --due 2026-05-05")
    return kam


def tick_off(desk: Desk, folder: str, title: str) -> None:
    found = json.loads(desk.run("todo", "--porcelain", "--config", f"todo-{folder}.py", "list"))
    number = next(one["id"] for one in found if title in one["summary"])
    desk.run("todo", "--config", f"todo-{folder}.py", "done", str(number))


def khal(desk: Desk, folder: str, *argv: str) -> str:
    return desk.run("khal", "-c", f"khal-{folder}.conf", *argv)


def test_three_programs_read_the_folder(book, desk, tmp_path):
    book(["sync-folder", str(tmp_path / "phone")])
    people = desk.run(
        "khard", "-c", "khard-phone.conf", "list", "--parsable", "--fields", "name,emails,phone"
    )
    assert "Ewa Żak" in people and "שלום כהן" in people and "+48 600 100 200" in people
    assert "12" in desk.run("khard", "-c", "khard-phone.conf", "birthdays")
    days = khal(desk, "phone", "list", "2026-03-20", "1d")
    assert "15:00-15:45 meeting: Łódź Bakery" in days and "send the list (Łódź Bakery)" in days
    todos = desk.run("todo", "--config", "todo-phone.py", "list")
    assert "send the list (Łódź Bakery)" in todos and "2026-03-20" in todos


def test_todoman_ticks_off_and_khal_moves(book, desk, tmp_path):
    place = tmp_path / "phone"
    book(["sync-folder", str(place)])
    tick_off(desk, "phone", "send the list")
    told = book(["sync-folder", str(place), "--two-way", "--json"]).json
    assert [line for line in told["taken"] if "done" in line], told
    assert [row["id"] for row in book.json("task list")] == [2]
    assert "send the list" not in khal(desk, "phone", "list", "2026-03-20", "1d")


@pytest.fixture
def server(desk, tmp_path):
    """A CalDAV and CardDAV server on loopback, and vdirsyncer between it, the folder, and the folder of a telephone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk.write("users", "kam:secret\n")
    config = desk.write(
        "radicale.conf",
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {desk.home}/users\nhtpasswd_encryption = plain\n"
        f"[storage]\nfilesystem_folder = {desk.home}/store\n[logging]\nlevel = error\n",
    )
    process = subprocess.Popen(
        ["radicale", "--config", config], env=desk.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        parts = [f'[general]\nstatus_path = "{desk.home}/status/"\n']
        for name in COLLECTIONS:
            kind, ending = ("carddav", ".vcf") if name == "contacts" else ("caldav", ".ics")
            for folder in ("phone", "other"):
                parts.append(
                    f'[pair {name}_{folder}]\na = "{name}_{folder}_here"\nb = "{name}_{folder}_there"\ncollections = ["{name}"]\n'
                    f'[storage {name}_{folder}_here]\ntype = "filesystem"\npath = "{tmp_path}/{folder}"\nfileext = "{ending}"\n'
                    f'[storage {name}_{folder}_there]\ntype = "{kind}"\nurl = "http://127.0.0.1:{port}/"\nusername = "kam"\npassword = "secret"\n'
                )
        desk.write("vdirsyncer.conf", "\n".join(parts))
        yield desk
    finally:
        process.terminate()
        process.wait()


def carry(desk: Desk, folder: str, *, first: bool = False) -> None:
    """Sync one folder with the server, as the programs on both sides do now and then."""
    pairs = [f"{name}_{folder}" for name in COLLECTIONS]
    base = ["vdirsyncer", "-c", "vdirsyncer.conf"]
    if first:
        subprocess.run(
            [*base, "discover", *pairs],
            env=desk.env,
            cwd=desk.home,
            input="y\n" * 20,
            text=True,
            check=True,
            capture_output=True,
        )
    desk.run(*base, "sync", *pairs)


def test_to_a_server_to_a_telephone_and_back(book, server, tmp_path):
    place, phone = tmp_path / "phone", tmp_path / "other"
    book(["sync-folder", str(place)])
    phone.mkdir()
    carry(server, "phone", first=True)
    carry(server, "other", first=True)
    assert len(list((phone / "contacts").glob("*.vcf"))) == 3
    assert "meeting: Łódź Bakery" in khal(server, "other", "list", "2026-03-20", "1d")

    # On the telephone: a new number, the meeting an hour later, the follow-up done.
    card = next(path for path in (phone / "contacts").glob("*.vcf") if "FN:Ewa" in path.read_text())
    card.write_text(card.read_text().replace("+48 600 100 200", "+48 700 700 700"))
    event = next(path for path in (phone / "calendar").glob("*.ics") if "Umowa" in path.read_text())
    event.write_text(event.read_text().replace("20260320T140000Z", "20260320T150000Z"))
    tick_off(server, "other", "send the list")
    carry(server, "other")
    carry(server, "phone")

    told = book(["sync-folder", str(place), "--two-way", "--json"]).json
    assert len(told["taken"]) == 3 and told["noted"] == told["broken"] == []
    assert [one["value"] for one in book.json("contact show ewa")["details"]] == ["+48 700 700 700"]
    assert book.json("log list")[0]["occurred_at"] == "2026-03-20T15:00:00Z"
    assert [row["id"] for row in book.json("task list")] == [2]

    # And from the book again: what is done disappears everywhere, nothing goes round in circles.
    carry(server, "phone")
    carry(server, "other")
    assert len(list((phone / "tasks").glob("*.ics"))) == 1
    assert "send the list" not in khal(server, "other", "list", "2026-03-20", "1d")
    told = book(["sync-folder", str(place), "--two-way", "--json"]).json
    assert (told["written"], told["removed"], told["taken"]) == (0, 0, [])
