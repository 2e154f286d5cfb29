"""A person or a company as address books have them, in kam's terms, and as the row of a table to import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Detail = tuple[str, str, str]  # kind, label ("" for none), value

KINDS = {  # of details → the field that takes them, of a contact and of a client where it is another
    "phone": ("phone", "phone"), "email": ("email", "email"), "tag": ("tags", "tags"), "social": ("social", "social"),
    "address": ("address", "more_address"), "website": ("website", "more_website"), "date": ("date", "date"),
    "hobby": ("hobby", "hobby"), "family": ("family", "family"), "preference": ("preference", "preference"),
    "fact": ("fact", "fact"),
}  # fmt: skip
UNLABELLED = ("tag",)
PLACE = ("address", "city", "region", "postcode", "country")
OTHER = "other properties"  # the column of what no field takes
FIELDS = {
    "contacts": (
        "external_id", "client", "name", "first_name", "last_name", "sex", "title", "role", "birthday", "alias",
        *(contact for contact, _ in KINDS.values()), "note", OTHER,
    ),
    "clients": (
        "external_id", "kind", "name", "birthday", "website", *PLACE, "alias",
        *(client for _, client in KINDS.values()), "note", OTHER,
    ),
}  # fmt: skip
LONGEST_LABEL = 40


class Person:
    """What a card says. Texts are "" where it says nothing; ``problem`` tells why it cannot be taken.

    ``place`` is the first address, by `PLACE` (``country`` as it stands), and ``place_label`` what it is called;
    ``website`` the first one, with its ``website_label``; ``suffix`` is a part of the name; ``revised`` is UTC. ``details`` hold the others, and all that a card can hold any number of.
    ``birthday`` is ``YYYY-MM-DD`` or ``--MM-DD``; ``other`` are lines that no field takes.
    """

    __slots__ = (
        "aliases", "birthday", "client", "details", "external_id", "first_name", "is_company", "last_name", "line",
        "name", "note", "other", "place", "place_label", "problem", "revised", "role", "sex", "suffix", "title", "website",
        "website_label",
    )  # fmt: skip

    def __init__(self, line: int = 0) -> None:
        self.line = line
        self.problem = self.external_id = self.name = self.first_name = self.last_name = self.sex = ""
        self.client = self.title = self.role = self.birthday = self.note = self.website = ""
        self.place_label = self.website_label = self.revised = self.suffix = ""
        self.is_company = False
        self.place: dict[str, str] = {}
        self.aliases: list[str] = []
        self.details: list[Detail] = []
        self.other: list[str] = []

    def add(self, kind: str, value: str, label: str = "") -> None:
        """Put a detail on the card, once."""
        value = " ".join(value.split())
        label = "" if kind in UNLABELLED else as_label(label)
        if value and (kind, label, value) not in self.details:
            self.details.append((kind, label, value))

    def fact(self, label: str, value: str) -> None:
        self.add("fact", value, label)


def as_label(text: str) -> str:
    """A label that stays one when it is written before an equals sign."""
    return " ".join(text.replace("=", " ").replace("://", " ").split())[:LONGEST_LABEL].strip()


def labelled(label: str, value: str) -> str:
    """A detail in a cell, as it could be typed: ``label=value``; without a label the value alone."""
    return f"{label}={value}" if label or "=" in value else value


def joined(parts: Sequence[str]) -> str:
    """The parts of an address in one line."""
    lines = [line.strip() for part in parts for line in part.split("\n")]
    # What stands between two lines is one comma, whatever was typed there.
    lines = [line.rstrip(" ,") for line in lines]
    return ", ".join(line.lstrip(" ,") for line in lines if line.strip(" ,"))


def row_of(person: Person, noun: str) -> list[str]:
    """The cells under `FIELDS` of the noun: ``contacts`` or ``clients``. Several values are parted by line breaks."""
    which = 0 if noun == "contacts" else 1
    cells = {
        "external_id": person.external_id, "name": person.name, "birthday": person.birthday, "note": person.note,
        "alias": "\n".join(person.aliases), OTHER: "\n".join(person.other),
    }  # fmt: skip
    extras = list(person.details)
    if which:
        cells |= {"kind": "company" if person.is_company else "person", "website": person.website}
        cells |= _place(person, extras)
        extras += [("fact", label, value) for label, value in _position(person)]
    else:
        cells |= {
            "client": "" if person.is_company else person.client, "first_name": person.first_name,
            "last_name": person.last_name, "sex": person.sex, "title": person.title, "role": person.role,
        }  # fmt: skip
        if person.website:
            extras.insert(0, ("website", person.website_label, person.website))
        if any(person.place.values()):
            extras.insert(0, ("address", person.place_label, one_line(person.place)))
    for kind, fields in KINDS.items():
        values = [(label, value) for one, label, value in extras if one == kind]
        written = [value if kind in UNLABELLED else labelled(label, value) for label, value in values]
        cells[fields[which]] = "\n".join(dict.fromkeys(written))
    return [cells.get(field, "") for field in FIELDS[noun]]


def one_line(place: dict[str, str]) -> str:
    """An address in one line, the postcode before its city."""
    city = " ".join(filter(None, (place.get("postcode"), place.get("city"))))
    return joined([place.get("address", ""), city, place.get("region", ""), place.get("country", "")])


def _place(person: Person, extras: list[Detail]) -> dict[str, str]:
    """The columns of the address; a country that has no code stays in a line of its own."""
    from kam_cli.errors import BadValue
    from kam_cli.values.countries import parse_country

    cells = {name: joined([person.place.get(name, "")]) for name in PLACE}
    try:
        cells["country"] = parse_country(cells["country"]) if cells["country"] else ""
    except BadValue:
        extras.append(("fact", "country", cells["country"]))
        cells["country"] = ""
    return cells


def _position(person: Person) -> list[tuple[str, str]]:
    """What a client's card has no column for: where a private person works, as what."""
    if person.is_company:
        return []
    return [
        (label, value) for label, value in (("works at", person.client), ("position", person.title)) if value
    ]
