"""From a `Person` to the card that says the same, for telephones and other address books; read back it is equal."""

from __future__ import annotations

from kam_cli import __version__
from kam_cli.formats.cardfields import OWN, label_of
from kam_cli.formats.contentlines import Property, escaped
from kam_cli.formats.people import PLACE
from kam_cli.formats.vcard import Card

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.formats.people import Detail, Person

VERSIONS = ("4.0", "3.0")
# Words of a label that are types of a number, and those that are types of anything.
_NUMBER = {"home": "home", "work": "work", "mobile": "cell", "fax": "fax", "pager": "pager", "car": "car"}
_PLACE = {"home": "home", "work": "work"}
# RFC 6350 section 6.6.6; what a person calls it stands beside it.
_RELATIONS = {
    "spouse": "spouse", "wife": "spouse", "husband": "spouse", "child": "child", "son": "child", "daughter": "child",
    "parent": "parent", "mother": "parent", "father": "parent", "sibling": "sibling", "brother": "sibling",
    "sister": "sibling",
}  # fmt: skip
_ELSEWHERE = ("honorific", "department")  # facts that have a place in the name and the organisation


def card_of(person: Person, version: str = "4.0", base: Card | None = None) -> Card:
    """The card of a person or a company; of ``base`` it keeps the properties that kam knows nothing of."""
    card = Card()
    put = card.properties.append
    for prop in (*_head(person, version), *_work(person), *_place(person, version)):
        put(prop)
    said = {("fact", label, _fact(person, label)) for label in _ELSEWHERE}
    for detail in person.details:
        if detail[0] != "tag" and detail not in said:
            _add_detail(card, detail, version)
    tags = [value for kind, _, value in person.details if kind == "tag"]
    if tags:
        put(Property("CATEGORIES", ",".join(map(escaped, tags))))
    if person.note:
        put(Property("NOTE", escaped(person.note)))
    if base is not None:
        card.properties += unknown(base)
    if person.revised:
        plain = version == "3.0"
        put(Property("REV", person.revised if plain else person.revised.replace("-", "").replace(":", "")))
    return card


def unknown(card: Card) -> list[Property]:
    """The properties of a card that stand for nothing in a `Person`, with the labels beside them."""
    from kam_cli.formats.cardreading import is_known

    kept = [prop for prop in card.properties if not is_known(prop.name)]
    groups = {prop.group for prop in kept if prop.group}
    return [
        prop
        for prop in card.properties
        if prop in kept or (prop.name in ("X-ABLABEL", "X-ABADR") and prop.group in groups)
    ]


def _head(person: Person, version: str) -> Iterator[Property]:
    plain = version == "3.0"
    yield Property("VERSION", version)
    yield Property("PRODID", f"{OWN}kam {__version__}//EN")
    yield Property("UID", escaped(person.external_id))
    if person.is_company:
        yield Property("X-ABShowAs", "COMPANY") if plain else Property("KIND", "org")
    yield Property("FN", escaped(person.name))
    before = _fact(person, "honorific")
    parts = (person.last_name, person.first_name, "", before, person.suffix)
    yield Property("N", ";".join(map(escaped, parts)))
    if person.aliases:
        yield Property("NICKNAME", ",".join(map(escaped, person.aliases)))
    if person.birthday:
        yield _day("BDAY", person.birthday, version)
    if person.sex:
        yield Property("X-GENDER" if plain else "GENDER", person.sex.upper())


def _work(person: Person) -> Iterator[Property]:
    department = _fact(person, "department")
    org = person.name if person.is_company else person.client
    if org or department:
        yield Property("ORG", ";".join(map(escaped, (org, department) if department else (org,))))
    if person.title:
        yield Property("TITLE", escaped(person.title))
    if person.role:
        yield Property("ROLE", escaped(person.role))


def _place(person: Person, version: str) -> Iterator[Property]:
    """What a client has in columns; it is the first choice, which the details are not."""
    first = {"TYPE": ["pref"]} if version == "3.0" else {"PREF": ["1"]}
    if any(person.place.values()):
        parts = ("", "", *(person.place.get(name, "") for name in PLACE))
        yield Property("ADR", ";".join(map(escaped, parts)), first)
    if person.website:
        yield Property("URL", escaped(person.website), first)


def _fact(person: Person, label: str) -> str:
    return next((value for kind, called, value in person.details if kind == "fact" and called == label), "")


def _day(name: str, day: str, version: str) -> Property:
    """A date, perhaps without its year, for which vCard 3.0 has no form: Apple's is understood most."""
    if version != "3.0":
        return Property(name, day.replace("-", "") if day[0] != "-" else f"--{day[2:].replace('-', '')}")
    if day[0] != "-":
        return Property(name, day)
    return Property(name, f"1604-{day[2:]}", {"X-APPLE-OMIT-YEAR": ["1604"]})


def _add_detail(card: Card, detail: Detail, version: str) -> None:
    """Put a detail on the card; what it is called stands in its types, or beside it in a group."""
    kind, label, value = detail
    plain = version == "3.0"
    words = {"phone": _NUMBER, "email": _PLACE, "address": _PLACE, "website": _PLACE}.get(kind, {})
    types = [words[word] for word in label.split() if word in words]
    if label_of(types) != label:
        types = []
    is_said = bool(types) or not label
    if kind == "date":
        is_wedding = label == "anniversary" and not plain and not card.all("ANNIVERSARY")
        prop = _day("ANNIVERSARY" if is_wedding else "X-ABDATE", value, version)
        is_said = is_wedding or not label
    elif kind == "address":
        prop = Property("ADR", f";;{escaped(value)};;;;")
    else:
        prop = Property(_name(kind, plain), escaped(value))
    if kind == "family" and not plain:
        relation = _RELATIONS.get(label.casefold())
        prop.params = {"VALUE": ["text"], **({"TYPE": [relation]} if relation else {})}
        is_said = relation == label or not label
    elif kind == "email" and plain:
        types.insert(0, "internet")
    if types:
        prop.params["TYPE"] = [one.upper() for one in types] if plain else types
    card.properties.append(prop)
    if not is_said:
        prop.group = f"item{1 + sum(one.name == 'X-ABLabel' for one in card.properties)}"
        card.properties.append(Property("X-ABLabel", escaped(label), group=prop.group))


def _name(kind: str, plain: bool) -> str:
    names = {
        "phone": ("TEL", "TEL"), "email": ("EMAIL", "EMAIL"), "website": ("URL", "URL"),
        "social": ("X-SOCIALPROFILE", "X-SOCIALPROFILE"), "hobby": ("HOBBY", "X-HOBBY"),
        "family": ("RELATED", "X-ABRELATEDNAMES"), "preference": ("X-KAM-PREFERENCE", "X-KAM-PREFERENCE"),
        "fact": ("X-KAM-FACT", "X-KAM-FACT"),
    }  # fmt: skip
    # What another program calls a kind of its own is a fact.
    return names.get(kind, names["fact"])[plain]
