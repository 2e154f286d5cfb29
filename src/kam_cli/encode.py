"""Rows as text for programs: JSON with exact numbers, CSV, Markdown; money goes from minor to major units here."""

from __future__ import annotations

try:
    from _json import encode_basestring as _quote  # the C function that json uses; json itself starts slowly
except ImportError:  # pragma: no cover - another Python than CPython
    from json.encoder import encode_basestring as _quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

    Row = dict[str, Any]


MANY = 200  # rows from which on it pays to look at columns


def public(row: Row) -> Row:
    """A record as it is shown: ``value_minor`` becomes ``value`` in major units, ``quantity_milli`` (thousandths)
    ``quantity``, ``discount_bp`` (hundredths of a percent) ``discount_pct``, ``is_`` flags become booleans.
    """
    shown: Row = {}
    for name, value in row.items():
        if name.endswith("_minor"):
            shown[name[:-6]] = _major(value, row.get("currency"))
        elif name.endswith(("_milli", "_bp")):
            shown[shown_name(name)] = _scaled(value, 3 if name.endswith("_milli") else 2)
        elif name.startswith("is_") and value is not None:
            shown[name] = bool(value)
        elif isinstance(value, dict):
            shown[name] = public(value)
        elif isinstance(value, list):
            shown[name] = [public(item) if isinstance(item, dict) else item for item in value]
        else:
            shown[name] = value
    return shown


def _major(minor: Any, currency: str | None) -> Any:
    from kam_cli.values.money import decimals

    return _scaled(minor, decimals(currency or "EUR"))


def _scaled(number: Any, places: int) -> Any:
    """A number without its last ``places`` decimals, exactly; None stays."""
    if number is None:
        return None
    if isinstance(number, int):
        whole, rest = divmod(number, 10**places)
        if not rest:
            return whole
    from decimal import Decimal

    exact = Decimal(number).scaleb(-places).normalize()
    return int(exact) if exact == exact.to_integral_value() else exact


def shown_name(stored: str) -> str:
    """What `public` calls a stored column."""
    if stored.endswith(("_minor", "_milli")):
        return stored[:-6]
    return f"{stored[:-3]}_pct" if stored.endswith("_bp") else stored


def json_line(value: Any) -> str:
    """One value on one line. UTF-8, unescaped but for what a terminal could act on; Decimals as exact numbers."""
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_string(k)}: {json_line(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(json_line, value)) + "]"
    if isinstance(value, float):
        return repr(value) if value - value == 0 else "null"
    if isinstance(value, int):
        return str(value)
    text = format(value, "f") if hasattr(value, "as_tuple") else str(value)
    return text if hasattr(value, "as_tuple") else _string(text)


def json_text(value: Any) -> str:
    """A list with one record a line; a record with one key a line, and its lists likewise."""
    if isinstance(value, list):
        return "[" + ",\n ".join(map(json_line, value)) + "]"
    parts = []
    for key, item in value.items():
        nested = isinstance(item, list) and item and isinstance(item[0], dict)
        text = "[\n    " + ",\n    ".join(map(json_line, item)) + "\n  ]" if nested else json_line(item)
        parts.append(f"  {_string(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}"


def long_list(rows: list[Row]) -> str | None:
    """As `json_text` of the public rows, a column at a time; None of a list that is short, or holds more than plain values."""
    if len(rows) < MANY:
        return None
    from kam_cli import encode_rows

    return encode_rows.json_rows(rows)


def _string(text: str) -> str:
    quoted = _quote(text)
    if quoted.isprintable():
        return quoted
    from kam_cli.text import safe

    # JSON's own escapes read back exactly; so does this one for what else a terminal would obey.
    return "".join(ch if safe(ch) == ch or ch in "\u2028\u2029" else _escaped(ch) for ch in quoted)


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def write_csv(
    data: Any, out: TextIO, delimiter: str, on_screen: bool, columns: list[str], *, is_neutral: bool = False
) -> None:
    """Header and rows; a nested value is given as JSON. On a terminal control characters are made visible.

    What a program reads from stdout is exact. A file for people is made ``is_neutral``: a text that a spreadsheet
    would run as a formula gets an apostrophe, which `kam import` takes off again.
    """
    import csv

    from kam_cli.formats.formulas import neutral
    from kam_cli.text import safe

    rows = data if isinstance(data, list) else [data]
    names = list(rows[0]) if rows else columns
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    # Python before 3.13 leaves a carriage return unquoted, where readers end the row.
    quoting = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    if names:
        writer.writerow([safe(name) for name in names] if on_screen else names)
    for row in rows:
        cells = [_cell(row.get(name)) for name in names]
        if is_neutral:
            cells = [neutral(cell) for cell in cells]
        if on_screen:
            cells = [safe(cell, newlines=True) for cell in cells]
        (quoting if any("\r" in cell for cell in cells) else writer).writerow(cells)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json_line(value)


def write_markdown(data: Any, out: TextIO, columns: list[str]) -> None:
    """A pipe table; of a record, one line a field."""
    from kam_cli.text import safe

    if isinstance(data, dict):
        data = [{"field": name, "value": _cell(value)} for name, value in data.items()]
        columns = ["field", "value"]
    names = [n for n in columns if not data or n in data[0]] or (list(data[0]) if data else [])
    if not names:
        return
    lines = [names, ["---"] * len(names), *([_cell(row.get(name)) for name in names] for row in data)]
    for cells in lines:
        shown = (safe(cell).replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
        out.write("| " + " | ".join(shown) + " |\n")
