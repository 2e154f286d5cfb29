"""vCards as text: cards out of lines, and lines of cards; what the properties mean is said in `kam_cli.formats.people`.

A card keeps every property it had but pictures, sounds and keys, so that what kam does not know can be written back.
"""

from __future__ import annotations

from kam_cli.formats.contentlines import Property, Unfolder, content_line, name_of, parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# What may be megabytes of base64 and says nothing that a book could hold.
SKIPPED = frozenset(
    (
        b"PHOTO", b"LOGO", b"SOUND", b"KEY", b"AGENT", b"X-ABPHOTO", b"X-MS-CARDPICTURE", b"X-MS-OL-DESIGN",
        b"X-PHOTO", b"X-WAB-PHOTO", b"X-IMAGE", b"IMAGE",
    )
)  # fmt: skip


class Card:
    """One vCard: its properties in their order; ``line`` is where it begins, ``problem`` why it is broken, or ""."""

    __slots__ = ("line", "problem", "properties")

    def __init__(self, line: int = 0, properties: Iterable[Property] = ()) -> None:
        self.line = line
        self.problem = ""
        self.properties = list(properties)

    def all(self, *names: str) -> list[Property]:
        """The properties of these names, those that are preferred first."""
        found = [one for one in self.properties if one.name in names]
        return sorted(found, key=preference) if len(found) > 1 else found

    def first(self, *names: str) -> Property | None:
        """The preferred property of these names that is not empty."""
        return next((one for one in self.all(*names) if one.value.strip()), None)

    def text(self, *names: str) -> str:
        """The text of `first`, or ""."""
        found = self.first(*names)
        return found.text if found else ""

    def label(self, prop: Property) -> str:
        """What a property is called by the one beside it in its group (``item1.X-ABLabel``), or ""."""
        if not prop.group:
            return ""
        beside = (one for one in self.properties if one.group == prop.group and one.name == "X-ABLABEL")
        return next((one.text for one in beside), "")


def preference(prop: Property) -> int:
    """The rank of a property among its like: 1 is the first choice."""
    given = prop.param("PREF")
    if given.isascii() and given.isdigit() and len(given) < 4:
        return int(given)
    return 1 if "pref" in prop.types else 101


def parse_cards(
    lines: Iterable[bytes], decode: Callable[[bytes, str], str], strays: list[int] | None = None
) -> Iterator[Card]:
    """The cards of a file, one after the other; what is broken is a card with a ``problem``.

    ``lines`` are physical lines without their ends, ``decode`` gives text of bytes and the name of a character set
    ("" where none is named). ``strays`` takes the numbers of lines that belong to no property and were taken as more
    of the text before them.
    """
    unfold = Unfolder(SKIPPED.__contains__)
    if strays is not None:
        unfold.strays = strays
    card: Card | None = None
    depth = 0  # of cards within a card: the AGENT of vCard 2.1
    for number, line in unfold(lines):
        name = name_of(line)
        is_skipped = name in SKIPPED
        prop = Property(name.decode(), "", line=number) if is_skipped else parsed(line, number, decode)
        frame = prop.name if prop and prop.value.strip().upper() == "VCARD" else ""
        if frame == "BEGIN" and card is not None and _holds(card):
            depth += 1
        elif frame == "BEGIN":
            if card is not None:
                card.problem = "END:VCARD is missing"
                yield card
            card, depth = Card(number), 0
        elif frame == "END" and depth:
            depth -= 1
        elif frame == "END" and card is not None:
            yield card
            card = None
        elif card is None:
            yield _misplaced(number, line)
        elif prop is None:
            card.problem = card.problem or f"line {number} is no line of a vCard"
        elif not depth and (not is_skipped or name == b"AGENT"):
            card.properties.append(prop)
    if card is not None:
        card.problem = "the file ends before END:VCARD"
        yield card


def _holds(card: Card) -> bool:
    """Whether the next card is the value of the property before it."""
    return bool(card.properties) and card.properties[-1].name == "AGENT"


def _misplaced(number: int, line: bytes) -> Card:
    card = Card(number)
    card.problem = f"{line[:40].decode('utf-8', 'replace')!r} stands outside BEGIN:VCARD and END:VCARD"
    return card


def text_of(card: Card) -> str:
    """A card as the text of a file, its lines folded and ended by CRLF."""
    lines = "".join(map(content_line, card.properties))
    return f"BEGIN:VCARD\r\n{lines}END:VCARD\r\n"
