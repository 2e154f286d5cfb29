"""What the properties of a vCard mean: from a card of any program to a `Person`."""

from __future__ import annotations

import re

from kam_cli.formats import cardfields
from kam_cli.formats.cardfields import OWN
from kam_cli.formats.contentlines import split, unescaped
from kam_cli.formats.people import PLACE, Person, joined, one_line
from kam_cli.formats.vcard import preference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.formats.vcard import Card

# Read elsewhere, or of no meaning outside the program that wrote them.
_SILENT = frozenset(
    ("VERSION", "PRODID", "REV", "UID", "KIND", "FN", "N", "SORT-STRING", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS",
     "ORG", "TITLE", "ROLE", "ADR", "URL", "LABEL", "CLIENTPIDMAP", "MEMBER", "CLASS", "MAILER", "NAME", "PROFILE", "X-EVOLUTION-FILE-AS",
     "X-MS-OL-DEFAULT-POSTAL-ADDRESS", "X-COUCHDB-APPLICATION-ANNOTATIONS", "PHOTO", "LOGO", "SOUND", "KEY", "AGENT",
     "X-ABUID", "X-APPLE-OMIT-YEAR", "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER")
)  # fmt: skip


def person_of(card: Card) -> Person:
    """What a card says, whichever program wrote it; what cannot be a phone, an e-mail or a day is kept as a fact."""
    person = Person(card.line)
    person.problem = card.problem
    person.external_id = _own_id(card.text("UID"))
    is_own = card.text("PRODID").startswith(OWN)
    _work(card, person, is_own)
    _name(card, person, is_own)
    _place(card, person, is_own)
    urls = card.all("URL")
    if urls and (not is_own or "pref" in urls[0].types or urls[0].param("PREF")):
        person.website, person.website_label = urls[0].text, cardfields.label(card, urls[0])
        urls = urls[1:]
    for prop in urls:
        person.add("website", prop.text, cardfields.label(card, prop))
    for prop in sorted(card.properties, key=preference):
        if prop.name not in _SILENT and not cardfields.read(card, person, prop):
            text = " ".join(prop.text.split())
            person.other += [f"{prop.name}: {text[:500]}"] if text else []
    if not person.name:
        person.name = _stand_in(person)
        says_something = any((person.details, person.note, person.birthday, any(person.place.values())))
        if says_something and not person.name:
            person.problem = person.problem or "it names nobody: there is no name, e-mail or phone"
    return person


def is_known(name: str) -> bool:
    """Whether a property of this name says something in a `Person`, or nothing at all."""
    return name in _SILENT or cardfields.is_known(name)


def is_group(card: Card) -> bool:
    """Whether a card is a list of others."""
    return card.text("KIND", "X-ADDRESSBOOKSERVER-KIND").lower() == "group"


def members(card: Card) -> list[str]:
    """The ids of the cards in a group, without the scheme."""
    return [bare_id(prop.text) for prop in card.all("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")]


def _own_id(text: str) -> str:
    """An id as the card has it; of a UUIDv7, which is what records of kam have, the UUID alone."""
    bare = bare_id(text)
    return (
        bare
        if re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", bare)
        else text
    )


def bare_id(text: str) -> str:
    return re.sub(r"^urn:uuid:", "", text.strip(), flags=re.IGNORECASE).lower()


# --- the head of the card -----------------------------------------------------------------------------------


def _work(card: Card, person: Person, is_own: bool) -> None:
    org = card.first("ORG")
    parts = [part for part in org.parts() if part or is_own] if org else []
    person.client = parts[0] if parts else ""
    if len(parts) > 1:
        person.fact("department", ", ".join(parts[1:]))
    person.title = " ".join(card.text("TITLE").split())
    role = " ".join(card.text("ROLE").split())
    if is_own:
        person.role = role
    elif role and not person.title:
        person.title = role
    elif role:
        person.fact("function", role)
    for prop in card.all("TITLE")[1:]:
        person.fact("title", prop.text)


def _name(card: Card, person: Person, is_own: bool) -> None:
    """Full name and its parts; a form of address goes to a place of its own."""
    from kam_cli.values.forms_of_address import said_by
    from kam_cli.values.names import parse_name, tidy

    clean = str.strip if is_own else tidy
    prop = card.first("N")
    parts = [*map(_listed, split(prop.value, ";") if prop else ()), *[""] * 5]
    family, given, middle, before, person.suffix = parts[:5]
    full = clean(card.text("FN"))
    person.first_name = clean(f"{given} {middle}")
    person.last_name = clean(family)
    is_bare = not (person.first_name or person.last_name)
    shown = card.text("KIND", "X-ABSHOWAS").lower()
    person.is_company = shown in ("org", "organization", "company") or bool(
        person.client and is_bare and full in ("", person.client) and not is_own
    )
    if person.is_company:
        person.name, person.first_name, person.last_name = full or person.client, "", ""
        return
    if is_bare and full and not is_own:
        found = parse_name(full)
        full, person.first_name, person.last_name = found.whole, found.first or "", found.last
        person.sex = found.sex
        person.fact("honorific", found.honorific)
    if before and full.startswith(f"{before} ") and not is_own:
        full = full.removeprefix(before).strip()
    said = None if is_own else said_by(before)
    if said:
        person.sex = said[1]
    person.fact("honorific", said[0] if said else before)
    person.name = full or clean(" ".join((*_in_order(person), person.suffix)))


def _listed(component: str) -> str:
    """A component that may be a list, as one text."""
    return " ".join(unescaped(part).strip() for part in split(component, ","))


def _in_order(person: Person) -> tuple[str, str]:
    """Given and family name as they are said: in Chinese, Japanese and Korean letters the family's comes first."""
    first, last = person.first_name, person.last_name
    is_eastern = bool(last) and all(
        "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in last
    )
    return (last, first) if is_eastern else (first, last)


def _stand_in(person: Person) -> str:
    """What a card without a name is called by."""
    firsts = {kind: value for kind, _, value in reversed(person.details)}
    return next(iter(person.aliases), "") or person.client or firsts.get("email") or firsts.get("phone") or ""


def _place(card: Card, person: Person, is_own: bool) -> None:
    """The first address for the columns that a client has, the others as lines."""
    found = card.all("ADR")
    first = True
    for prop in found:
        parts = ([*prop.parts(), *[""] * 7])[:7]
        box, extra, street, *rest = parts
        label = cardfields.label(card, prop)
        place = dict(zip(PLACE, (joined([box, extra, street]), *rest), strict=True))
        is_first = first and (not is_own or "pref" in prop.types or bool(prop.param("PREF")))
        if is_first and any(place.values()):
            person.place, person.place_label, first = place, label, False
        else:
            person.add("address", one_line(place), label)
    if not found:
        for prop in card.all("LABEL"):
            person.add("address", joined([prop.text]), cardfields.label(card, prop))
