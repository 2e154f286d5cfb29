"""LDIF, what directories and Thunderbird's address book export: entries of lines, and whom they are of.

RFC 2849 for the lines; RFC 2798 (inetOrgPerson) and Mozilla's schema (mozillaAbPersonAlpha) for the attributes.
"""

from __future__ import annotations

import re

from kam_cli.formats import cardfields
from kam_cli.formats.contentlines import LONGEST
from kam_cli.formats.people import Person, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LINE = re.compile(rb"([A-Za-z0-9][A-Za-z0-9.;-]*):(:|<)?[ \t]*")
# Pictures, keys, and what nobody else should see.
_SKIPPED = frozenset(
    (b"jpegphoto", b"photo", b"audio", b"userpassword", b"usercertificate", b"usersmimecertificate", b"userpkcs12",
     b"thumbnailphoto", b"thumbnaillogo", b"cacertificate", b"sambantpassword", b"krbprincipalkey", b"authpassword",
     b"sambalmpassword", b"krbextradata")
)  # fmt: skip
_GROUPS = frozenset(("groupofnames", "groupofuniquenames", "group", "posixgroup"))
_PERSONS = frozenset(
    ("person", "organizationalperson", "inetorgperson", "mozillaabpersonalpha", "mozillaorgperson", "pilotperson",
     "evolutionperson", "user", "contact", "residentialperson", "newpilotperson")
)  # fmt: skip


class Entry:
    """One entry: ``values`` by the attribute's name in small letters, without its options."""

    __slots__ = ("line", "problem", "values")

    def __init__(self, line: int) -> None:
        self.line = line
        self.problem = ""
        self.values: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        value = value.strip()
        if value and value not in self.values.setdefault(name, []):
            self.values[name].append(value)

    def take(self, *names: str) -> list[str]:
        """The values of these attributes, which count as read then."""
        return [value for name in names for value in self.values.pop(name, ())]

    def one(self, *names: str) -> str:
        """The first of `take`, or ""."""
        return next(iter(self.take(*names)), "")


def parse_entries(lines: Iterable[bytes], decode: Callable[[bytes, str], str]) -> Iterator[Entry]:
    """The entries of a file; what is broken is an entry with a ``problem``."""
    entry: Entry | None = None
    for number, line in _unfolded(lines):
        if not line:
            if entry is not None and entry.values:
                yield entry
            entry = None
            continue
        found = _LINE.match(line)
        if entry is None:
            entry = Entry(number)
        if not found:
            entry.problem = entry.problem or f"line {number} is no line of an entry: {line[:40]!r}"
            entry.values.setdefault("", [])
            continue
        name = found[1].lower().partition(b";")[0]
        if name == b"version" and not entry.values:
            entry = None
            continue
        if name not in _SKIPPED and found[2] != b"<":
            _add(entry, name.decode(), line[found.end() :], found[2] == b":", decode, number)
    if entry is not None and entry.values:
        yield entry


def _add(
    entry: Entry, name: str, raw: bytes, is_base64: bool, decode: Callable[[bytes, str], str], number: int
) -> None:
    import binascii

    if is_base64:
        try:
            raw = binascii.a2b_base64(raw, strict_mode=True)
        except binascii.Error:
            entry.problem = entry.problem or f"line {number}, {name}: this is not base64"
            return
    if name == "changetype" and raw.strip().lower() != b"add":
        entry.problem = (
            f"it changes an entry ({raw[:20].decode('ascii', 'replace')}) and has none: export the entries"
        )
    entry.add(name, decode(raw, "").replace("\r\n", "\n").replace("\r", "\n"))


def _unfolded(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """(number, line) without comments; an empty line ends an entry. Of what is skipped only the name is kept."""
    begun, kept, skips = 0, bytearray(), False
    for number, raw in enumerate(lines, 1):
        if raw[:1] == b" " and begun:
            kept += b"" if skips or len(kept) > LONGEST else raw[1:]
            continue
        if begun and not kept.startswith(b"#"):
            yield begun, bytes(kept)
        begun, kept = (number, bytearray(raw)) if raw.strip() else (0, bytearray())
        found = _LINE.match(raw)
        skips = bool(found and found[1].lower().partition(b";")[0] in _SKIPPED)
        if not begun:
            yield number, b""
    if begun and not kept.startswith(b"#"):
        yield begun, bytes(kept)


# --- what it means ------------------------------------------------------------------------------------------


def classes(entry: Entry) -> set[str]:
    return {one.lower() for one in entry.values.get("objectclass", ())}


def group_of(entry: Entry) -> tuple[str, list[str]] | None:
    """The name of a list of others and the names of its members' entries; None for any other entry."""
    if not classes(entry) & _GROUPS:
        return None
    values = entry.values
    found = [*values.get("member", ()), *values.get("uniquemember", ())]
    return next(iter(values.get("cn", ())), ""), [bare_dn(one) for one in found]


def bare_dn(text: str) -> str:
    """A distinguished name as it is compared: without case and spaces around its marks."""
    parts = re.split("([,=+])", text)
    return "".join(map(str.strip, parts)).casefold()


def person_of(entry: Entry) -> tuple[Person, str]:
    """Whom an entry is of, nobody where it is of a part of the directory; and the name of the entry."""
    person = Person(entry.line)
    person.problem = entry.problem
    kinds, name = classes(entry), entry.one("dn")
    entry.take("objectclass", "modifytimestamp", "changetype", "structuralobjectclass", "creatorsname",
               "modifiersname", "createtimestamp", "entrycsn", "haschildren", "subschemasubentry", "userid")  # fmt: skip
    uuid, known = entry.one("entryuuid", "nsuniqueid", "objectguid"), bare_dn(name)
    person.external_id = uuid or name
    is_person = bool(kinds & _PERSONS) or any(one in entry.values for one in ("mail", "sn", "givenname"))
    if not is_person and not ("organization" in kinds and "dcobject" not in kinds):
        person.problem = person.problem if not kinds else ""
        return person, known
    person.is_company = not is_person
    _name(entry, person)
    _reach(entry, person)
    _places(entry, person)
    _rest(entry, person)
    return person, known


def _name(entry: Entry, person: Person) -> None:
    from kam_cli.values.names import parse_name, tidy

    person.client = entry.one("o", "company", "organizationname")
    if unit := ", ".join(entry.take("ou", "department", "departmentnumber", "orgunit")):
        person.fact("department", unit)
    full = tidy(entry.one("displayname") or entry.one("cn", "commonname"))
    entry.take("cn", "commonname", "mozillasortname", "gecos")
    person.first_name = tidy(entry.one("givenname", "gn"))
    person.last_name = tidy(entry.one("sn", "surname"))
    person.title = entry.one("title")
    for alias in entry.take("mozillanickname", "xmozillanickname", "nickname"):
        person.aliases.append(" ".join(alias.split()))
    for text in entry.take("personaltitle", "generationqualifier"):
        person.fact("honorific", text)
    if person.is_company:
        person.name, person.first_name, person.last_name = person.client or full, "", ""
    elif full and not (person.first_name or person.last_name):
        found = parse_name(full)
        person.name, person.first_name, person.last_name = found.whole, found.first or "", found.last
        person.sex = found.sex
        person.fact("honorific", found.honorific)
    else:
        person.name = full or f"{person.first_name} {person.last_name}".strip()


def _reach(entry: Entry, person: Person) -> None:
    for label, names in _PHONES.items():
        for value in entry.take(*names):
            if any(map(str.isdecimal, value)):
                person.add("phone", value, label)
            else:
                person.fact(f"{label} phone".strip(), value)
    for value in entry.take(
        "mail", "email", "emailaddress", "rfc822mailbox", "mozillasecondemail", "othermailbox"
    ):
        person.add(
            "email" if cardfields.is_email(value) else "fact",
            value,
            "" if cardfields.is_email(value) else "e-mail",
        )
    for label, names in {
        "": ("labeleduri", "url"),
        "work": ("mozillaworkurl", "workurl"),
        "home": ("mozillahomeurl", "homeurl"),
    }.items():
        for value in entry.take(*names):
            url = re.match(r"\S+", value)
            if url and not person.website:
                person.website, person.website_label = url[0], label
            elif url:
                person.add("website", url[0], label)
    for service, names in _ACCOUNTS.items():
        for value in entry.take(*names):
            person.add("social", value, service)
    if not person.name:
        firsts = {kind: value for kind, _, value in reversed(person.details)}
        person.name = (
            next(iter(person.aliases), "")
            or person.client
            or firsts.get("email")
            or firsts.get("phone")
            or ""
        )


def _places(entry: Entry, person: Person) -> None:
    """The first address for the columns that a client has, the others as lines."""
    from kam_cli.formats.people import PLACE, one_line

    for label, names in _PLACES.items():
        found = [joined([value.replace("$", "\n") for value in entry.take(*one)]) for one in names]
        place = dict(zip(PLACE, found, strict=True))
        if any(found[:4]) and not person.place:
            person.place, person.place_label = place, label
        elif any(found):
            person.add("address", one_line(place), label)
    for value in entry.take("postaladdress", "homepostaladdress", "registeredaddress"):
        person.add("address", joined([value.replace("$", "\n")]), "")


def _rest(entry: Entry, person: Person) -> None:
    year, month, day = (entry.one(name) for name in ("birthyear", "birthmonth", "birthday"))
    if month and day:
        born = cardfields.day(
            f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"
            if year
            else f"--{month.zfill(2)}-{day.zfill(2)}"
        )
        person.birthday = born or ""
        if not born:
            person.fact("birthday", " ".join((year, month, day)))
    elif found := cardfields.day(day or entry.one("dateofbirth")):
        person.birthday = found
    person.note = "\n".join(entry.take("description", "info", "notes", "mozillanotes"))
    for value in entry.take("businesscategory", "categories"):
        person.add("tag", value)
    for name, values in entry.values.items():
        if re.fullmatch(r"(mozilla)?custom[1-4]", name):
            for value in values:
                person.fact(name.removeprefix("mozilla"), value)
        elif name in _FACTS:
            for value in values:
                person.fact(_FACTS[name], value)
        elif name:
            person.other += [f"{name}: {' '.join(value.split())[:500]}" for value in values]


_PHONES = {
    "": ("telephonenumber", "workphone"), "home": ("homephone", "hometelephonenumber"),
    "mobile": ("mobile", "cellphone", "mobiletelephonenumber"), "pager": ("pager", "pagerphone", "pagertelephonenumber"),
    "fax": ("facsimiletelephonenumber", "fax"), "other": ("otherphone", "othertelephone", "internationalisdnnumber"),
}  # fmt: skip
_ACCOUNTS = {
    "aim": ("nsaimid", "mozillaaimscreenname"), "google talk": ("mozillagoogletalk",), "icq": ("icq",), "skype": ("skype",),
    "jabber": ("jabberid", "mozillajabberid"), "irc": ("ircnick",), "yahoo": ("yahooid",), "msn": ("msnid",), "qq": ("qq",),
}  # fmt: skip
_PLACES = {
    "work": (("street", "streetaddress", "mozillaworkstreet2", "workaddress", "postofficebox"),
             ("l", "locality", "localityname", "workcity"), ("st", "workstate", "stateorprovincename"),
             ("postalcode", "workzipcode"), ("c", "co", "countryname", "workcountry", "friendlycountryname")),
    "home": (("mozillahomestreet", "mozillahomestreet2", "homestreet"), ("mozillahomelocalityname", "homecity"),
             ("mozillahomestate", "homestate"), ("mozillahomepostalcode", "homezipcode"),
             ("mozillahomecountryname", "homecountry")),
}  # fmt: skip
_FACTS = {
    "manager": "manager", "secretary": "assistant", "employeenumber": "employee number", "employeetype": "employee type",
    "roomnumber": "room", "preferredlanguage": "language", "carlicense": "car licence", "uid": "user name",
    "physicaldeliveryofficename": "office", "initials": "initials",
}  # fmt: skip
