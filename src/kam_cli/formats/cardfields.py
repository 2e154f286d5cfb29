"""The properties of a vCard that stand for themselves: numbers, addresses, dates, relations, tags, each a detail."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kam_cli.formats.contentlines import Property
    from kam_cli.formats.people import Person
    from kam_cli.formats.vcard import Card

    Reader = Callable[[Card, Person, Property], None]

OWN = "-//kam//"  # how the PRODID of cards begins that kam has written
# Types of a number or address that make its label, in this order; others say how to connect, or nothing.
TYPES = {
    "home": "home", "work": "work", "main": "main", "cell": "mobile", "mobile": "mobile", "iphone": "mobile",
    "fax": "fax", "pager": "pager", "car": "car", "other": "other",
}  # fmt: skip
_MESSENGERS = {
    "X-AIM": "aim", "X-ICQ": "icq", "X-MSN": "msn", "X-YAHOO": "yahoo", "X-JABBER": "jabber", "X-QQ": "qq",
    "X-SKYPE": "skype", "X-SKYPE-USERNAME": "skype", "X-GTALK": "google talk", "X-GOOGLE-TALK": "google talk",
    "X-GADUGADU": "gadu-gadu", "X-GROUPWISE": "groupwise", "X-MS-IMADDRESS": "im", "X-TWITTER": "twitter",
    "X-FACEBOOK": "facebook", "X-LINKEDIN": "linkedin", "X-TELEGRAM": "telegram", "X-SIGNAL": "signal",
    "X-WHATSAPP": "whatsapp", "X-MATRIX": "matrix", "X-INSTAGRAM": "instagram", "X-MASTODON": "mastodon",
}  # fmt: skip
_FACTS = {
    "X-MAIDENNAME": "maiden name", "BIRTHPLACE": "birthplace", "X-BIRTHPLACE": "birthplace", "DEATHDATE": "died",
    "X-MS-MANAGER": "manager", "X-MANAGER": "manager", "X-EVOLUTION-MANAGER": "manager",
    "X-MS-ASSISTANT": "assistant", "X-ASSISTANT": "assistant", "X-EVOLUTION-ASSISTANT": "assistant",
    "EXPERTISE": "expertise", "INTEREST": "interest", "X-INTEREST": "interest", "X-PROFESSION": "profession",
}  # fmt: skip
_ANNIVERSARIES = ("ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-WEDDING")
_SPOUSES = ("X-SPOUSE", "X-EVOLUTION-SPOUSE", "X-MS-SPOUSE", "X-KADDRESSBOOK-X-SPOUSESNAME")
_NO_FAMILY = frozenset(
    ("friend", "contact", "acquaintance", "met", "co-worker", "colleague", "neighbor", "agent", "emergency",
     "assistant", "manager", "me", "referred by", "co-resident")
)  # fmt: skip


def read(card: Card, person: Person, prop: Property) -> bool:
    """Put what a property says on the card; False for one that is not known."""
    reader = _READERS.get(prop.name)
    if reader and prop.text:
        reader(card, person, prop)
    return reader is not None


def is_known(name: str) -> bool:
    return name in _READERS


def label(card: Card, prop: Property) -> str:
    """What the person called it, else by its types."""
    given = card.label(prop)
    apple = re.fullmatch(r"_\$!<(.*)>!\$_?", given)
    if apple:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", apple[1]).lower()
    return given or label_of(prop.types)


def label_of(types: list[str]) -> str:
    """``work fax`` of the types ``fax`` and ``work``."""
    return " ".join(dict.fromkeys(word for name, word in TYPES.items() if name in types))


def day(text: str) -> str | None:
    """``YYYY-MM-DD`` or ``--MM-DD`` of a date in any form that address books write; None for anything else.

    Apple writes 1604, others 0000, for a year that is not known.
    """
    import datetime

    found = re.match(r"(?:(\d{4})-?|--)(\d\d)-?(\d\d)(?:$|[T ])", text.strip())
    if not found:
        return None
    year = 0 if found[1] in (None, "0000", "1604") else int(found[1])
    try:
        datetime.date(year or 2000, int(found[2]), int(found[3]))
    except ValueError:
        return None
    if year and not 1900 <= year <= 2200:
        return None
    return f"{year}-{found[2]}-{found[3]}" if year else f"--{found[2]}-{found[3]}"


def is_email(text: str) -> bool:
    return "@" in text[1:-1] and text.count("@") == 1 and not re.search(r"\s", text)


# --- one property each --------------------------------------------------------------------------------------


def _phone(card: Card, person: Person, prop: Property) -> None:
    text, called = prop.text, label(card, prop)
    scheme = re.match(r"(?i)(tel|sips?|xmpp|callto|fax|modem):(?=.)", text)
    if scheme and scheme[1].lower() in ("sip", "sips", "xmpp"):
        person.add("social", text[scheme.end() :], scheme[1].lower())
        return
    if scheme:
        text, *params = text[scheme.end() :].split(";")
        extension = next((one[4:] for one in params if one.lower().startswith("ext=")), "")
        text += f" ext. {extension}" if extension else ""
    if any(char.isdecimal() for char in text):
        person.add("phone", text, called)
    else:
        person.fact(f"{called} phone".strip(), text)


def _email(card: Card, person: Person, prop: Property) -> None:
    text, called = re.sub(r"(?i)^mailto:", "", prop.text), label(card, prop)
    bracketed = text[text.rfind("<") + 1 : -1] if text.endswith(">") and "<" in text else ""
    text = bracketed if is_email(bracketed) else text
    if is_email(text):
        person.add("email", text, called)
    else:
        person.fact(f"{called} e-mail".strip(), text)


def _messenger(card: Card, person: Person, prop: Property) -> None:
    """An account: ``IMPP:xmpp:alice@example.com``, ``X-SKYPE:alice``, ``X-SOCIALPROFILE;TYPE=twitter:…``."""
    text = prop.text
    service = prop.param("X-SERVICE-TYPE") or prop.param("SERVICE-TYPE")
    if prop.name == "IMPP":
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?=.)", text)
        if scheme:
            text, service = text[scheme.end() :], service or scheme[1]
    elif prop.name in _MESSENGERS:
        service = _MESSENGERS[prop.name]
    else:
        kinds = [one for one in prop.types if one != "pref"]
        service = card.label(prop) or service or next(iter(kinds), "")
        text = prop.param("X-USER") or text
    person.add("social", text, service if card.label(prop) else service.lower())


def _birthday(card: Card, person: Person, prop: Property) -> None:
    found = day(prop.text)
    if found and not person.birthday:
        person.birthday = found
    elif not found:
        person.fact("birthday", prop.text)


def _date(card: Card, person: Person, prop: Property) -> None:
    called = "anniversary" if prop.name in _ANNIVERSARIES else label(card, prop)
    found = day(prop.text)
    if found:
        person.add("date", found, called)
    else:
        person.fact(called, prop.text)


def _relation(card: Card, person: Person, prop: Property) -> None:
    called = "spouse" if prop.name in _SPOUSES else label(card, prop) or ", ".join(prop.types)
    if prop.param("VALUE").lower() != "text" and re.match(r"(?i)(urn|https?|mailto|ldap):", prop.text):
        person.other.append(f"RELATED {called}: {prop.text}")
        return
    is_own = card.text("PRODID").startswith(OWN)
    person.add("fact" if not is_own and called.lower() in _NO_FAMILY else "family", prop.text, called)


def _sex(card: Card, person: Person, prop: Property) -> None:
    sex, _, said = prop.text.partition(";")
    person.sex = {"m": "m", "f": "f"}.get(sex.strip().lower()[:1], person.sex)
    person.fact("gender", said.strip())


def _android(card: Card, person: Person, prop: Property) -> None:
    """``vnd.android.cursor.item/relation;Anna;14;;…``: what Android has beyond vCard 2.1: kind, value, type, label."""
    kind, value, which, called = ([*prop.parts(), *[""] * 4])[:4]
    kind = kind.rpartition("/")[2]
    if kind == "nickname" and value:
        person.aliases.append(value)
    elif kind == "contact_event" and (found := day(value)):
        person.add("date", found, called or ("anniversary" if which == "1" else ""))
    elif kind == "relation" and value:
        person.add("family", value, called or _RELATIONS.get(which, ""))


def _detail(kind: str, called: str = "") -> Reader:
    return lambda card, person, prop: person.add(kind, prop.text, called or label(card, prop))


def _list(kind: str) -> Reader:
    def read(card: Card, person: Person, prop: Property) -> None:
        for one in prop.parts(","):
            person.add(kind, one)

    return read


def _aliases(card: Card, person: Person, prop: Property) -> None:
    names = (" ".join(one.split()) for one in prop.parts(","))
    person.aliases += [one for one in names if one and one not in person.aliases]


def _note(card: Card, person: Person, prop: Property) -> None:
    person.note = "\n".join(filter(None, (person.note, prop.text)))


# Android's numbers of relations, ContactsContract.CommonDataKinds.Relation.
_RELATIONS = {
    "1": "assistant", "2": "brother", "3": "child", "4": "domestic partner", "5": "father", "6": "friend",
    "7": "manager", "8": "mother", "9": "parent", "10": "partner", "11": "referred by", "12": "relative",
    "13": "sister", "14": "spouse",
}  # fmt: skip
_READERS: dict[str, Reader] = {
    "TEL": _phone, "EMAIL": _email, "IMPP": _messenger, "X-SOCIALPROFILE": _messenger, "SOCIALPROFILE": _messenger,
    "BDAY": _birthday, "X-ABDATE": _date, "RELATED": _relation, "X-ABRELATEDNAMES": _relation, "GENDER": _sex,
    "X-GENDER": _sex, "NICKNAME": _aliases, "CATEGORIES": _list("tag"), "NOTE": _note, "HOBBY": _detail("hobby"),
    "X-HOBBY": _detail("hobby"), "X-KAM-FACT": _detail("fact"), "X-KAM-PREFERENCE": _detail("preference"),
    "X-ANDROID-CUSTOM": _android,
    **dict.fromkeys(_MESSENGERS, _messenger), **dict.fromkeys(_ANNIVERSARIES, _date),
    **dict.fromkeys(_SPOUSES, _relation),
    **{name: _detail("fact", called) for name, called in _FACTS.items()},
}  # fmt: skip
