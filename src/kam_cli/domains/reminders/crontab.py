"""kam's block in the user's crontab: written, found and taken out without touching anything else."""

from __future__ import annotations

import os
import sys

from kam_cli.domains.reminders.programs import failure, find, run
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kam_cli.domains.reminders.programs import Ran

# The start of the first line is what the block is known by; the rest tells its reader.
_MARK = "# >>> kam reminders"
_BEGIN = f"{_MARK} (written by `kam cron install`, taken out by `kam cron remove`)"
_END = "# <<< kam"

# Where a person keeps kam's settings; cron starts it without the variables of a login.
_KEPT = ("KAM_CONFIG", "XDG_CONFIG_HOME")

_NICKNAMES = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@reboot")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of the week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


def with_block(crontab_text: str, lines: Sequence[str]) -> str:
    """The crontab with the lines as kam's block: at its old place, else at the end.

    A text without a final newline stays so, which is how ``without_block`` gives it back exactly. Raises
    BadValue for a line that would break the block, KamError where the block is there but damaged.
    """
    for line in lines:
        if "\n" in line or _is_begin(line) or _is_end(line):
            raise BadValue(f"{line!r} cannot stand in kam's block: write it on one line, without its marks")
    rows = crontab_text.split("\n")
    # Before the empty row that a final newline leaves.
    at = len(rows) - (not rows[-1])
    rows[_place(rows) or slice(at, at)] = [_BEGIN, *lines, _END]
    return "\n".join(rows)


def without_block(text: str) -> str:
    """The crontab without kam's block, byte for byte. Raises KamError for a damaged block."""
    rows = text.split("\n")
    place = _place(rows)
    if place:
        del rows[place]
    return "\n".join(rows)


def block_of(text: str) -> list[str] | None:
    """The lines inside kam's block; None without one. Raises KamError for a damaged block."""
    rows = text.split("\n")
    place = _place(rows)
    return rows[place][1:-1] if place else None


def _is_begin(row: str) -> bool:
    return row.startswith(_MARK)


def _is_end(row: str) -> bool:
    return row.rstrip() == _END


def _place(rows: list[str]) -> slice | None:
    """Where the block stands, its marks included."""
    begins = [at for at, row in enumerate(rows) if _is_begin(row)]
    ends = [at for at, row in enumerate(rows) if _is_end(row)]
    if not begins and not ends:
        return None
    if len(begins) == len(ends) == 1 and begins < ends:
        return slice(begins[0], ends[0] + 1)
    if len(begins) > 1:
        wrong = f"several blocks of kam's (lines {', '.join(str(at + 1) for at in begins)})"
    elif begins:
        wrong = f"a block of kam's that begins in line {begins[0] + 1} and does not end once after it"
    else:
        wrong = f"the end of a block of kam's in line {ends[0] + 1} without its beginning"
    raise KamError(f"the crontab holds {wrong}: take it out with `crontab -e`, then try again")


def read_crontab() -> str:
    """The user's crontab, as ``crontab -l`` gives it; empty where there is none yet.

    Bytes that are not UTF-8 come as surrogates, as file names do. Raises KamError.
    """
    ran = _crontab("-l")
    if ran.code:
        if b"no crontab for" in ran.err.lower():
            return ""
        raise failure("crontab -l", ran)
    text: str = ran.out.decode(errors="surrogateescape")
    for number, row in enumerate(text.split("\n"), 1):
        # Debian's crontab shows a carriage return as two letters: writing them back would damage the line.
        if row.endswith("\\r"):
            raise KamError(
                f"line {number} of the crontab ends in \\r, most likely a Windows line end, which"
                " `crontab -l` does not give as it is: take it out with `crontab -e`, then try again"
            )
    return text


def write_crontab(text: str) -> None:
    """Make the text the user's crontab, a missing final newline added, and read it back to be sure.

    Raises KamError where crontab refuses it (the old one stays) or keeps something else.
    """
    if text and not text.endswith("\n"):
        text += "\n"
    ran = _crontab("-", text.encode(errors="surrogateescape"))
    if ran.code:
        raise failure("crontab", ran)
    if read_crontab() != text:
        raise KamError("crontab did not keep what was written: look at it with `crontab -e`")


def _crontab(flag: str, given: bytes = b"") -> Ran:
    program = find("crontab")
    if not program:
        raise KamError("there is no crontab program: install cron (on Debian: apt-get install cron)")
    # English messages, and no header of crontab's own in what it lists.
    return run([program, flag], given, {**os.environ, "LC_ALL": "C", "CRONTAB_NOHEADER": "Y"})


def kam_command() -> list[str]:
    """The words that start this very kam from anywhere: its console script, else its interpreter."""
    script = os.path.abspath(sys.argv[0])
    if os.path.basename(script) == "kam" and os.access(script, os.X_OK):
        return [script]
    return [sys.executable, "-m", "kam_cli"]


def build_lines(
    kam: Sequence[str],
    db: str,
    notify: str,
    to: str | None = None,
    at: str = "*/15 * * * *",
    env: Mapping[str, str] | None = None,
) -> list[str]:
    """The crontab lines that run ``kam remind`` on the book ``db``, in cron's bare environment.

    ``kam`` is the words that start kam, an absolute path first (see ``kam_command``); ``env`` is the
    caller's environment, of which only the whereabouts of the settings are written down, never a secret.
    Raises BadValue for an unreadable schedule and for what a crontab line cannot hold.
    """
    if not os.path.isabs(kam[0]):
        raise BadValue(f"{kam[0]!r} is not an absolute path, and cron would not find it")
    words = [*kam, "--db", os.path.abspath(db), "remind", "--notify", notify]
    if to:
        words += ["--to", to]
    places = {name: (env or {}).get(name) for name in _KEPT}
    kept = [f"{name}={os.path.abspath(os.path.expanduser(path))}" for name, path in places.items() if path]
    if kept:
        # Not `NAME=value command`: the crontab may have set a SHELL that reads it otherwise.
        words = ["/usr/bin/env", *kept, *words]
    return [f"{check_schedule(at)} {' '.join(map(_quote, words))}"]


def _quote(word: str) -> str:
    """A word as the shell gets it after cron has read the line."""
    from shlex import quote

    if any(char < " " or char == "\x7f" for char in word):
        raise BadValue(f"{word!r} has a control character, which a crontab line cannot hold: rename it")
    # To every cron \% is a percent sign, and % alone the end of the command. Two backslashes are one to
    # some, so that each is followed by a quote (closed and opened again, which adds nothing).
    return quote(word).replace("\\", "\\''").replace("%", "\\%")


def check_schedule(text: str) -> str:
    """A crontab schedule with single spaces: five fields, or @hourly and its like. Raises BadValue.

    Fields are as crontab(5) has them: numbers, ranges, lists, steps, and English names of three letters.
    """
    fields = text.lower().split()
    if len(fields) == 1 and fields[0] in _NICKNAMES:
        return fields[0]
    if len(fields) != len(_FIELDS):
        raise BadValue(f"{text!r} is no schedule: write five fields, as '*/15 8-18 * * mon-fri', or @hourly")
    for field, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        if not all(_is_part(part, low, high, names) for part in field.split(",")):
            raise BadValue(f"{field!r} is no {name} in the schedule {text!r}: write {low}-{high}, * or */n")
    return " ".join(fields)


def _is_part(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    """Whether it is ``*``, ``n`` or ``n-m``, the first and last of these also with ``/step``."""
    span, slash, step = part.partition("/")
    ends = [low, high] if span == "*" else [_number(end, low, names) for end in span.split("-")]
    if len(ends) > 2 or not low <= ends[0] <= ends[-1] <= high:
        return False
    return not slash or (len(ends) == 2 and 1 <= _number(step, low, ()) <= high)


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    if text in names:
        return low + names.index(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1
