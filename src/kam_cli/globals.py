"""The global options, accepted before or after the noun and the verb, and what each of them means."""

from __future__ import annotations

from kam_cli.params import Kind, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_path = Kind(lambda c, text: text, "PATH")
_format = Kind(lambda c, text: text, "table|json|jsonl|csv|tsv|md")
_date = Kind(lambda c, text: text, "DATE")

GLOBALS = [
    Param(_path, "the book (else KAM_DB, else the book under XDG_DATA_HOME)", ("--db",)).named("db_"),
    Param(_date, "take this day for today (else KAM_TODAY)", ("--today",)).named("today_"),
    Param(_format, "how to print (else KAM_FORMAT)", ("--format",)).named("format_"),
    Param(None, "the same as --format json", ("--json",), is_flag=True).named("json_"),
    Param(None, "the same as --format csv", ("--csv",), is_flag=True).named("csv_"),
    Param(None, "answer every question with yes", ("--yes", "-y"), is_flag=True).named("yes_"),
    Param(None, "no remarks, no echo of what was saved", ("--quiet", "-q"), is_flag=True).named("quiet_"),
    Param(None, "no colour (also NO_COLOR)", ("--no-color",), is_flag=True).named("no_color_"),
    Param(None, "show where an error came from", ("--debug",), is_flag=True).named("debug_"),
]


def meaning(name: str, value: Any) -> dict[str, Any]:
    """A global option as it is kept: ``--json`` is a format."""
    name = name.removesuffix("_")
    if name in ("json", "csv"):
        return {"format": name}
    return {name: value}
