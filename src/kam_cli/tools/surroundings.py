"""What around a book may harm it: who else reads it, where it lies, how old its backups are."""

from __future__ import annotations

import os

from kam_cli import backup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# A name in a path, or a file in a folder above the book, by which a program that copies files at any moment is known.
SYNCED = {
    "Dropbox": ("dropbox", ".dropbox", ".dropbox.cache"),
    "OneDrive": ("onedrive", ".849c9593-d756-4e56-8d6e-42412f2a707b"),
    "iCloud Drive": ("com~apple~clouddocs", "mobile documents"),
    "Google Drive": ("google drive", "googledrive", "my drive"),
    "Nextcloud": ("nextcloud", ".nextcloudsync.log", ".owncloudsync.log", "owncloud"),
    "Syncthing": (".stfolder", ".stversions"),
    "pCloud": ("pclouddrive",),
    "MEGA": (".megaignore", "megasync"),
}
NETWORK = (
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "davfs", "fuse.sshfs", "fuse.rclone",
    "fuse.gvfsd-fuse", "fuse.davfs", "fuse.davfs2", "fuse.s3fs", "fuse.glusterfs",
)  # fmt: skip


def warnings(book_path: str, warn_days: int) -> Iterator[str]:
    """Everything that is no fault of the book yet, a line each."""
    yield from readable(book_path)
    yield from left_behind(book_path)
    if program := synced_by(book_path):
        yield (
            f"{book_path} lies in a folder that {program} copies, which may tear a book that is being written. "
            "Keep it elsewhere (--db PATH) and put backups there: kam backup FILE.age"
        )
    if system := network_of(book_path):
        yield f"{book_path} lies on a network disk ({system}), where locks may fail. Keep it on a disk of this machine"
    yield from aged(book_path, warn_days)


def readable(book_path: str) -> Iterator[str]:
    """Files that others than the owner may read."""
    place = backup.folder(book_path)
    names = [book_path, book_path + ".lock", place]
    names += [one.path for one in backup.made(book_path)]
    for name in dict.fromkeys(names):
        if os.path.exists(name) and os.stat(name).st_mode & 0o077:
            yield f"{name} can be read by others. Mend it: chmod {700 if os.path.isdir(name) else 600} {name}"


def left_behind(book_path: str) -> Iterator[str]:
    """Journals which belong to nothing any more."""
    for end in ("-wal", "-shm"):
        if os.path.exists(book_path + end):
            yield f"{book_path + end} is there: another program has the book open, or left it in WAL mode"


def aged(book_path: str, warn_days: int) -> Iterator[str]:
    """No backup for so many days, of a book that is as old."""
    import datetime

    from kam_cli.stamps import utc_now

    if not warn_days:
        return
    now = datetime.datetime.fromisoformat(utc_now())
    limit = (now - datetime.timedelta(days=warn_days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    # One that seems to come from days ahead was made while the clock was wrong, and says nothing.
    ahead = (now + datetime.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    newest = next(
        (one.made_at for one in backup.made(book_path) if one.size is not None and one.made_at < ahead), None
    )
    if newest is None and born(book_path) < limit:
        yield f"there is no backup of {book_path}. Make one: kam backup FILE, best on another disk"
    elif newest is not None and newest < limit:
        yield f"the newest backup is of {newest[:10]}. Make one: kam backup FILE, best on another disk"


def born(book_path: str) -> str:
    """When the book was begun; the end of time where it does not say."""
    try:
        conn = backup.still(book_path)
        try:
            return str(conn.execute("SELECT created_at FROM meta").fetchone()[0])
        finally:
            conn.close()
    except (TypeError, *backup.BROKEN):
        return "9999"


def synced_by(book_path: str) -> str | None:
    """The program that keeps the book's folder in step with other machines, known by names and marks above it."""
    folder = os.path.dirname(os.path.realpath(book_path))
    while True:
        name = os.path.basename(folder).casefold()
        try:
            inside = {one.casefold() for one in os.listdir(folder)}
        except OSError:
            inside = set()
        for program, marks in SYNCED.items():
            for mark in marks:
                if (
                    (mark in inside)
                    if mark.startswith(".")
                    else (name == mark or name.startswith(f"{mark} "))
                ):
                    return program
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


def network_of(book_path: str, mounts: str = "/proc/self/mounts") -> str | None:
    """The kind of network file system that the book lies on; None for a disk of this machine, or where nobody says."""
    folder = os.path.dirname(os.path.realpath(book_path))
    best, kind = "", ""
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.split(" ") for line in file]
    except OSError:
        return None
    for _, point, system, *_ in lines:
        point = (
            point.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
        )
        if (folder + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best):
            best, kind = point, system
    return kind if kind in NETWORK else None
