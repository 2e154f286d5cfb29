"""Files that kam makes: whole or not there, its owner's alone, never over another one, never through a link."""

from __future__ import annotations

import ast
import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kam_cli import atomic, files
from kam_cli.errors import BadValue, KamError

SOURCE = Path(atomic.__file__).parent
# Who may open a file to write: the kernel of all files, the lock, the book itself, a draft, the list of backups, a
# private copy that is gone at the end.
WRITERS = {
    "atomic", "files", "lock", "header", "editor", "backup", "output", "__main__", "tools/init", "tools/restore",
    "imports/badrows", "formats/readers/database", "domains/offers/sending",
}  # fmt: skip
# These write into the temporary file that the kernel gave them.
FILLERS = {"tools/backup"}


def writes(node: ast.Call) -> bool:
    """Whether a call opens a file to write."""
    name = ast.unparse(node.func)
    if name in ("open", "io.open"):
        mode = next(
            (k.value for k in node.keywords if k.arg == "mode"), node.args[1] if len(node.args) > 1 else None
        )
        return mode is not None and not (
            isinstance(mode, ast.Constant) and not set(str(mode.value)) & set("wax+")
        )
    if name == "os.open":
        return any(flag in ast.unparse(node) for flag in ("O_CREAT", "O_WRONLY", "O_RDWR"))
    module, _, function = name.rpartition(".")
    return (module and function in ("write_text", "write_bytes")) or (
        module in ("os", "shutil", "tempfile")
        and function
        in (
            "mkstemp",
            "NamedTemporaryFile",
            "copy",
            "copy2",
            "copyfile",
            "move",
            "rename",
            "replace",
            "link",
            "symlink",
        )
    )


def test_one_kernel_makes_all_files():
    found = set()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).with_suffix("").as_posix()
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        found |= {name for node in calls if writes(node)}
    assert found <= WRITERS | FILLERS, "use kam_cli.files.make_new, or kam_cli.atomic.place"


def test_links_are_not_followed(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("theirs")
    link.symlink_to(target)
    with pytest.raises(KamError, match="is there already"):
        files.write_new(str(link), b"data")
    files.write_new(str(link), b"data", force=True)
    assert target.read_text() == "theirs" and link.read_bytes() == b"data" and not link.is_symlink()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(KamError, match="is there already"):
        files.write_new(str(dangling), b"data")
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(KamError, match="no file"):
        files.write_new(str(tmp_path), b"data", force=True)


@pytest.fixture(params=["links", "no links"])
def disk(request, monkeypatch):
    """A file system with second names, and one without, as on a stick."""
    if request.param == "no links":

        def link(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)


def test_a_new_file_is_private_and_whole(disk, tmp_path):
    os.umask(0)
    for name in ("x", "ż" * 120, "a" * 255):
        path = tmp_path / name
        files.write_new(str(path), b"data")
        assert path.read_bytes() == b"data" and stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_nlink == 1
        files.write_new(str(path), b"more", force=True)
        assert path.read_bytes() == b"more"
    assert len(os.listdir(tmp_path)) == 3


@pytest.mark.parametrize("meanwhile", ["file", "link", "folder"])
def test_what_comes_meanwhile_is_not_replaced(disk, tmp_path, meanwhile):
    path, theirs = tmp_path / "x", tmp_path / "theirs"

    def fill(file) -> None:
        file.write(b"ours")
        if meanwhile == "file":
            path.write_text("theirs")
        elif meanwhile == "link":
            path.symlink_to(theirs)
        else:
            path.mkdir()

    with pytest.raises(KamError, match="is there already"):
        files.make_new(str(path), fill)
    assert os.listdir(tmp_path) == ["x"] and not theirs.exists()
    assert meanwhile != "file" or path.read_text() == "theirs"


def test_of_two_at_once_one_makes_it(tmp_path):
    path = tmp_path / "x"

    def fill(file) -> None:
        file.write(b"first")
        with pytest.raises(KamError, match="being written by another"):
            files.write_new(str(path), b"second")

    files.make_new(str(path), fill)
    assert path.read_bytes() == b"first" and os.listdir(tmp_path) == ["x"]


# --- what may stand at the temporary name -------------------------------------------------------------------


def test_a_link_at_the_temporary_name_is_not_followed(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    Path(atomic.part_of(str(tmp_path / "x"))).symlink_to(theirs)
    with pytest.raises(KamError, match="cannot write"):
        files.write_new(str(tmp_path / "x"), b"ours", force=True)
    assert theirs.read_text() == "theirs" and not (tmp_path / "x").exists()


def test_a_second_name_of_another_file_is_taken_away_and_the_file_left(tmp_path):
    """Also what is left where kam was killed between giving a file its name and taking the temporary one away."""
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    os.link(theirs, atomic.part_of(str(tmp_path / "x")))
    files.write_new(str(tmp_path / "x"), b"ours")
    assert theirs.read_text() == "theirs" and sorted(os.listdir(tmp_path)) == ["theirs", "x"]


def test_a_pipe_or_a_folder_at_the_temporary_name_is_said(tmp_path):
    part = atomic.part_of(str(tmp_path / "x"))
    os.mkfifo(part)
    with pytest.raises(KamError, match="in the way"):
        files.write_new(str(tmp_path / "x"), b"ours")
    os.unlink(part)
    os.mkdir(part)
    with pytest.raises(KamError, match="cannot write"):
        files.write_new(str(tmp_path / "x"), b"ours")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_a_file_of_somebody_else_at_the_temporary_name_is_left(tmp_path):
    part = Path(atomic.part_of(str(tmp_path / "x")))
    part.write_text("theirs")
    os.chown(part, 65534, 65534)
    with pytest.raises(KamError, match="not of kam"):
        files.write_new(str(tmp_path / "x"), b"ours")
    assert part.read_text() == "theirs"


KILLED = """
import os, sys
from kam_cli import files
def fill(file):
    file.write(b"half" * 100_000)
    file.flush()
    os.kill(os.getpid(), 9)
files.make_new(sys.argv[1], fill, force=True)
"""


@pytest.mark.parametrize("old", [None, b"old"])
def test_a_killed_one_leaves_no_half_file_and_is_taken_over(tmp_path, old):
    path = tmp_path / "x"
    if old:
        path.write_bytes(old)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True)
    assert done.returncode == -9, done.stderr
    assert (path.read_bytes() if path.exists() else None) == old
    files.write_new(str(path), b"new", force=True)
    assert path.read_bytes() == b"new" and os.listdir(tmp_path) == ["x"]


def test_an_open_one_is_not_taken_over(tmp_path):
    part = atomic.part_of(str(tmp_path / "x"))
    with open(part, "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(KamError, match="being written by another"):
            files.write_new(str(tmp_path / "x"), b"ours")


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KamError, match="No space left"):
        files.write_new(str(path), b"new", force=True)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc/passwd", "a/b", "x\0"])
def test_a_name_made_from_data_stays_in_its_folder(name):
    with pytest.raises(BadValue):
        files.inside("/tmp", name)


def test_a_folder_on_the_way_that_is_a_link_is_not_followed(tmp_path):
    away, chosen = tmp_path / "away", tmp_path / "chosen"
    away.mkdir()
    chosen.mkdir()
    (chosen / "contacts").symlink_to(away)
    with pytest.raises(KamError, match="is a link"):
        files.within(str(chosen), "contacts", "x.vcf")
    with pytest.raises(BadValue):
        files.within(str(chosen), "..", "x.vcf")
    (tmp_path / "by a link").symlink_to(chosen)
    assert files.within(str(tmp_path / "by a link"), "cards", "x.vcf").endswith("/by a link/cards/x.vcf"), (
        "what was chosen may be one"
    )


def test_a_folder_of_cards_keeps_to_itself(kam, tmp_path):
    kam("client add Acme --note private")
    away, chosen = tmp_path / "away", tmp_path / "sync"
    for place in (away, chosen):
        place.mkdir()
    (chosen / "contacts").symlink_to(away)
    said = kam(["sync-folder", str(chosen), "--only", "contacts"], exit=1).err
    assert "is a link" in said and os.listdir(away) == []
