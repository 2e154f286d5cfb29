"""Which of many cards are worth comparing: those that share a key, so that the work grows with their number only.

Blocking is record linkage's word for it (P. Christen, Data Matching, 2012, chapter 4). A block of too many cards is put
in order and each card compared with the next few: the sorted neighbourhood of M. A. Hernández and S. J. Stolfo (1995).
"""

from __future__ import annotations

from kam_cli.namesakes import SHORTEST, may_be_slip, may_sound_alike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from kam_cli.likeness import Card

    Blocks = dict[str, list[int]]  # key → places of the cards that have it

MOST = 40  # cards of a block up to which each is compared with each
NEXT = 10  # cards that follow in a larger block with which one is compared
ENDS = 3  # letters at the beginning and the end of a name that two slips are likely to spare
MOST_WORDS = 8  # of a name of which each two are looked at
MOST_SOUNDS = 12  # names of one sound; where more have it, it says too little to be a reason
SLIPS_AT_ONCE = 800_000  # names with a letter left out that are held in memory

VALUES = {
    "phones": "phone", "emails": "e-mail", "sites": "website", "documents": "registration number", "addresses": "address",
}  # fmt: skip


class Blocking:
    """What is to be compared of a list of cards: ``pairs`` of their places, each as one number (see `places`).

    ``counts`` tells how many cards share a value, as `likeness.compare` takes it; ``large`` names the blocks in which
    not every card was paired with every other: how many cards, and what they share.
    """

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = cards
        self.pairs: set[int] = set()
        self.counts: dict[tuple[str, str], int] = {}
        self.large: list[tuple[int, str]] = []
        for field, what in VALUES.items():
            self._by_value(field, what)
        # Many cards may have one name: from here on each name is looked at once.
        self.forms: Blocks = _blocks(
            (name.joined, at) for at, card in enumerate(cards) for name in card.names
        )
        self._by_name()
        self._by_sound()
        self._by_slip()
        self._by_words()

    def places(self) -> Iterable[tuple[int, int]]:
        """The pairs, as places of two cards in the list, the lower first."""
        return ((pair >> 32, pair & 0xFFFFFFFF) for pair in self.pairs)

    def _by_value(self, field: str, what: str) -> None:
        blocks = _blocks((value, at) for at, card in enumerate(self.cards) for value in getattr(card, field))
        self._count(field, blocks)
        for value, block in blocks.items():
            self._pair_within(block, f"the {what} {value}")

    def _by_name(self) -> None:
        self._count("name", self.forms)
        ordered = _blocks(
            (" ".join(name.words), at) for at, card in enumerate(self.cards) for name in card.names
        )
        for blocks in (self.forms, ordered):
            for name, block in blocks.items():
                self._pair_within(block, f"the name {name!r}")

    def _by_sound(self) -> None:
        """Names whose consonants sound alike, as few others do."""
        blocks: dict[str, dict[str, tuple[str, ...]]] = {}
        for card in self.cards:
            for name in card.names:
                for sound, words in name.sounds:
                    blocks.setdefault(sound, {})[name.joined] = words
        self._count("sounds", blocks)
        for block in blocks.values():
            forms = list(block) if len(block) <= MOST_SOUNDS else []
            for at, form in enumerate(forms):
                for other in forms[at + 1 :]:
                    if may_sound_alike(block[form], block[other]):
                        self._pair_forms(self.forms, form, other)

    def _by_slip(self) -> None:
        """Names, as they are and bare, that are one once a letter is left out of one or of each: all at a distance of 1.

        (The deletion neighbourhood of T. Bocek, E. Hunt and B. Stiller, 2007, here to the depth of 1.)
        """
        whole = _blocks(
            (name.key.replace(" ", ""), at) for at, card in enumerate(self.cards) for name in card.names
        )
        there = {**whole, **self.forms}
        for form, block in whole.items():
            bare = self.forms.get(form, block)
            if block != bare:
                there[form] = sorted({*block, *bare})
            if len(block) > 1 and (block != bare or form not in self.forms):
                self._pair_within(block, f"the name {form!r}")
        forms = [form for form in there if len(form) >= SHORTEST]
        rounds = sum(map(len, forms)) // SLIPS_AT_ONCE + 1
        for part in range(rounds):
            first: dict[int, str] = {}
            more: dict[int, list[str]] = {}
            for form in forms:
                for key in map(hash, [form, *(form[:at] + form[at + 1 :] for at in range(len(form)))]):
                    if key % rounds == part:
                        other = first.setdefault(key, form)
                        if other is not form:
                            more.setdefault(key, [other]).append(form)
            for group in more.values():
                for at, form in enumerate(group[:MOST]):
                    for other in group[at + 1 : MOST]:
                        self._pair_forms(there, form, other)

    def _by_words(self) -> None:
        """Cards that share a word of their names and the birthday; and, where they could be a slip of each other, a word or
        the first or last letters and the city or client, or two words of three and more."""
        born: Blocks = {}
        near: Blocks = {}
        for at, card in enumerate(self.cards):
            for name in card.names:
                if card.birthday:
                    for word in name.words:
                        born.setdefault(f"{word!r} born on {card.birthday[-5:]}", []).append(at)
                for place in filter(
                    None, (card.city and f"in {card.city}", card.client and f"at #{card.client}")
                ):
                    for part in {*name.words, f"{name.joined[:ENDS]}…", f"…{name.joined[-ENDS:]}"}:
                        near.setdefault(f"{part!r} {place}", []).append(at)
                if 3 <= len(name.words) <= MOST_WORDS:
                    for number, word in enumerate(name.words):
                        for other in name.words[number + 1 :]:
                            near.setdefault(f"{word!r} and {other!r}", []).append(at)
        for blocks, is_near in ((born, False), (near, True)):
            for key, block in blocks.items():
                if len(block) <= MOST:
                    self._pair_within(block, "", is_near)
                else:
                    self.large.append((len(block), key))

    def _pair_within(self, block: list[int], what: str, is_near: bool = False) -> None:
        if len(block) > MOST:
            self.large.append((len(block), what))
            block = sorted(block, key=lambda at: (self.cards[at].city or "", self.cards[at].names[0].joined))
        reach = len(block) if len(block) <= MOST else NEXT
        for number, at in enumerate(block):
            for other in block[number + 1 : number + 1 + reach]:
                if not is_near or self._may_be_near(at, other):
                    self._pair(at, other)

    def _pair_forms(self, there: Blocks, form: str, other: str) -> None:
        one, two = there[form], there[other]
        if len(one) * len(two) > MOST:
            self.large.append((len(one) + len(two), f"the names {form!r} and {other!r}"))
            return
        for at in one:
            for place in two:
                self._pair(at, place)

    def _may_be_near(self, at: int, other: int) -> bool:
        return any(may_be_slip(a, b) for a in self.cards[at].names for b in self.cards[other].names)

    def _pair(self, at: int, other: int) -> None:
        if at != other:
            self.pairs.add(at << 32 | other if at < other else other << 32 | at)

    def _count(self, kind: str, blocks: Mapping[str, Collection[object]]) -> None:
        self.counts.update({(kind, value): len(block) for value, block in blocks.items() if len(block) > 1})


def _blocks(pairs: Iterable[tuple[str, int]]) -> Blocks:
    found: Blocks = {}
    for key, at in pairs:
        block = found.setdefault(key, [])
        # A card of two names, or of one value twice, stands in a block once.
        if not block or block[-1] != at:
            block.append(at)
    return found
