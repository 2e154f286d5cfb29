"""The one measure of likeness: names, cards, and which cards are compared at all."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.blocking import MOST, Blocking
from kam_cli.likeness import LOOKALIKE, SHOWN, Card, compare
from kam_cli.namesakes import FORM, NEAR, OTHER, PART, SAME, SOUND, Name, distance, likeness
from kam_cli.text import fold

words = st.text("abcdefgh", min_size=4, max_size=12)


def name(written: str) -> Name:
    return Name(fold(written), written)


def level(one: str, other: str) -> int:
    found = likeness(name(one), name(other))
    assert found == likeness(name(other), name(one)), "it is mutual"
    return found


def card(written: str = "Acme", id: int = 0, *, also: tuple[str, ...] = (), **fields) -> Card:
    blank = dict.fromkeys(Card._fields, None) | dict.fromkeys(
        ("phones", "emails", "sites", "documents", "addresses"), ()
    )
    return Card(**{**blank, "id": id, "names": tuple(map(name, (written, *also))), **fields})


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Acme GmbH", "ACME  gmbh", SAME),
        ("Łódzkie Zakłady", "Lodzkie Zaklady", SAME),
        ("Шевченко", "Shevchenko", SAME),
        ("Acme Ltd", "ACME GmbH", FORM),
        ("Ромашка ООО", "ТОВ «Ромашка»", FORM),
        ("ООО Ромашка", "Romashka LLC", FORM),
        ("Kowalski sp. z o.o.", "Kowalski Spółka z ograniczoną odpowiedzialnością", FORM),
        ("Ltd Acme Foods", "Acme Foods Ltd", FORM),
        ("Kowalski Jan", "Jan Kowalski", FORM),
        ("Baker & McCann", "Baker and Mccann", FORM),
        ("Müller", "Mueller", FORM),
        ("Ålborg Værft", "Aalborg Vaerft", FORM),
        ("Blueberry", "Blue Berry", FORM),
        ("Novak LLC", "Nova kLLC", FORM),
        ("Hahn PLC", "Hahn PCL", NEAR),
        ("Acme Corp", "Acme Corpp", NEAR),
        ("Acme", "Acne", NEAR),
        ("Acme", "Amce", NEAR),
        ("Acme", "Acmee", NEAR),
        ("Jan Kowalski", "Jana Kowalska", NEAR),
        ("Acem GmbH", "Acme AG", NEAR),
        ("Київ", "Kiev", SOUND),
        ("Чайковский", "Tschaikowski", SOUND),
        ("Schmidt", "Szmit", SOUND),
        ("Бакстер", "Baxter", SOUND),
        ("Хоффман Рид", "Hoffman Reed", SOUND),
        ("שלום טורס", "Shalom Tours", SOUND),
        ("Acme", "Acme Trading", PART),
        ("Acme", "Axis", OTHER),
        ("IBM", "IBN", OTHER),
        ("IT", "ET", OTHER),
        ("Firm E", "Firm Y", NEAR),
        ("Kiev", "Java", OTHER),
        ("Kidd Group", "Soto Group", OTHER),
        ("Shop 12", "Shop 13", OTHER),
        ("Branch Office 1", "Branch Office 11", OTHER),
        ("Nordic", "Nordea", OTHER),
        ("", "", OTHER),
        ("", "Acme", OTHER),
        ("东京", "大阪", OTHER),
    ],
)  # fmt: skip
def test_how_names_are_alike(one, other, found):
    assert level(one, other) == found


@given(words, words)
def test_the_same_name_in_another_order_or_form_is_the_same(one, other):
    assert level(one, one) == SAME
    assert level(f"{one} {other}", f"{other} {one}") <= FORM
    assert level(f"{one} {other} GmbH", f"{one} {other} Ltd") <= FORM
    level(one, other)


@given(words, st.integers(0, 11), st.sampled_from("abxyz"))
def test_one_slip_of_the_finger_is_near(word, place, letter):
    place %= len(word)
    before, at, after = word[:place], word[place], word[place + 1 :]
    assert level(word, before + letter + after) <= NEAR, "another letter"
    assert level(word, before + letter + at + after) <= NEAR, "one letter more"
    assert level(word, before + after[:1] + at + after[1:]) <= NEAR, "two letters swapped"
    if len(word) > 4:
        assert level(word, before + after) <= NEAR, "one letter less"


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(one, other):
    level(one, other)


def plain_distance(a: str, b: str) -> int:
    """Optimal string alignment by its definition."""
    rows = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                least = min(least, rows[i - 2][j - 2] + 1)
            rows[i][j] = least
    return rows[-1][-1]


@given(st.text("abc ", max_size=9), st.text("abc ", max_size=9), st.integers(0, 9))
def test_the_distance_is_what_it_is_by_definition(a, b, limit):
    true = plain_distance(a, b)
    found = distance(a, b, limit)
    assert found == true if true <= limit else found > limit


# --- cards --------------------------------------------------------------------------------------------------

BERLIN = {"city": "berlin"}


@pytest.mark.parametrize(
    ("one", "other", "least", "most", "reasons"),
    [
        (card(), card(), 75, 85, ["same name"]),
        (card(**BERLIN), card(**BERLIN), 90, 95, ["same name", "same city"]),
        (card(**BERLIN), card(city="paris"), 50, 65, ["same name", "but another city"]),
        (card("Київ", city="kyiv"), card("Kyiv", city="kiev"), 90, 95, ["same name, in another script", "same city"]),
        (card("Acme AG"), card("Acme Ltd"), 65, 79, ["same name, other legal form"]),
        (card("Jan Kowalski"), card("Kowalski Jan"), 65, 79, ["same name, written otherwise"]),
        (card("Palarnia"), card("Palarnai"), SHOWN, LOOKALIKE - 1, ["near name"]),
        (card("Acme"), card("Acem"), 20, SHOWN - 1, ["near name"]),
        (card("Hahn PLC"), card("Hahn PCL"), SHOWN, LOOKALIKE - 1, ["near name"]),
        (card("Hahn PLC"), card("Hahm PLC"), 20, SHOWN - 1, ["near name"]),
        (card("Hahn"), card("Hahn A"), 20, SHOWN - 1, ["near name"]),
        (card("Acme", **BERLIN), card("Acem", **BERLIN), LOOKALIKE, 70, ["near name", "same city"]),
        (card("Kyivstar Media"), card("Kiewstar Media"), SHOWN, LOOKALIKE - 1, ["a name that sounds alike"]),
        (card("Axis", phones=("601234567",)), card("Beta", phones=("601234567",)), LOOKALIKE, 70, ["same phone"]),
        (card("Axis", emails=("a@x.example",)), card("Beta", emails=("a@x.example",)), 75, 85, ["same e-mail"]),
        (card("Axis", sites=("x.example",)), card("Beta", sites=("x.example",)), SHOWN, LOOKALIKE - 1, ["same website"]),
        (card("Axis", documents=("5260250274",)), card("Beta", documents=("5260250274",)), 95, 99, ["same registration number"]),
        (card(documents=("111111",), **BERLIN), card(documents=("222222",), **BERLIN), 10, SHOWN - 1,
         ["same name", "same city", "but other registration number"]),
        (card("Jan Kowal", birthday="1985-06-12"), card("Kowal Jan", birthday="1985-06-12"), 97, 100, ["same name, written otherwise", "same birthday"]),
        (card("Jan Kowal", birthday="--06-12"), card("Jan Kowal", birthday="1985-06-12"), 95, 99, ["same name", "same day of birth"]),
        (card("Jan Kowal", birthday="1985-06-12"), card("Jan Kowal", birthday="1986-06-12"), 0, 10, ["same name", "but another birthday"]),
        (card("Ada Li", sex="f"), card("Ada Li", sex="m"), 20, SHOWN - 1, ["same name", "but another sex"]),
        (card("Ada Lis", client=1), card("Ada Lys", client=1), 50, 75, ["near name", "same client"]),
        (card("Eva Malá", birthday="1985-06-12"), card("Eva Nováková", birthday="1985-06-12"), LOOKALIKE, 75, ["same birthday"]),
        (card("Eva Malá", birthday="1985-06-12"), card("Ota Nowak", birthday="1985-06-12"), 0, 10, []),
        (card("Globex", also=("Acme GmbH",)), card("Acme"), 65, 79, ["same name, other legal form"]),
        (card("Axis", **BERLIN), card("Beta", **BERLIN), 0, 10, []),
    ],
)  # fmt: skip
def test_what_two_cards_have_in_common(one, other, least, most, reasons):
    verdict = compare(one, other)
    assert verdict == compare(other, one)
    assert least <= verdict.score <= most and verdict.reasons == reasons, verdict


def test_what_many_share_says_less():
    one, other = card(phones=("1234567",)), card("Beta", phones=("1234567",))
    scores = [compare(one, other, {("phones", "1234567"): count}).score for count in (2, 3, 5, 9, 900)]
    assert scores == sorted(scores, reverse=True) and scores[0] > LOOKALIKE > scores[-1]
    name_only = [compare(card(), card(), {("name", "acme"): count}).score for count in (2, 50)]
    assert name_only[0] > LOOKALIKE and name_only[1] < SHOWN


# --- blocking -----------------------------------------------------------------------------------------------


def pairs(cards: list[Card]) -> set[tuple[int, int]]:
    return set(Blocking(cards).places())


FIELDS = ("phones", "emails", "sites", "documents", "addresses")


@given(st.data())
def test_cards_that_share_what_counts_are_compared(data):
    """No pair that the measure would show is lost, but for two slips in a name with nothing beside it."""
    written = st.lists(
        st.sampled_from(["acme", "beta", "bete", "kiev", "kyiv", "gmbh", "lodz", "and", "nowak"]),
        min_size=1,
        max_size=3,
    )
    value = st.lists(st.sampled_from(["11111", "22222", "33333"]), max_size=1)
    cards = [
        card(
            " ".join(data.draw(written)), number, city=data.draw(st.sampled_from([None, "lodz", "opole"])),
            birthday=data.draw(st.sampled_from([None, "--06-12", "1985-06-12", "1990-01-01"])),
            **{field: tuple(data.draw(value)) for field in data.draw(st.lists(st.sampled_from(FIELDS), max_size=1))},
        )
        for number in range(data.draw(st.integers(2, 8)))
    ]  # fmt: skip
    blocking = Blocking(cards)
    compared = set(blocking.places())
    for a, b in combinations(range(len(cards)), 2):
        verdict = compare(cards[a], cards[b], blocking.counts)
        if verdict.score >= SHOWN and verdict.reasons != ["near name"]:
            assert (a, b) in compared, (cards[a], cards[b], verdict)


def test_the_work_grows_with_the_number_of_cards_only():
    """A thousand of one name, in one city, with one phone: each is compared with a few, and that is said."""
    cards = [card("Jan Kowalski", number, phones=("601234567",), city="lodz") for number in range(1000)]
    blocking = Blocking(cards)
    assert len(blocking.pairs) < 1000 * MOST
    assert {what for _, what in blocking.large} >= {"the phone 601234567", "the name 'jankowalski'"}
    assert all(count == 1000 for count, _ in blocking.large)
    assert blocking.counts["phones", "601234567"] == 1000


def test_a_blank_that_slipped_into_the_legal_form_is_found():
    cards = [card("Novak LLC", 0), card("Nova kLLC", 1), card("Novakllc", 2), card("Axis", 3)]
    assert pairs(cards) == {(0, 1), (0, 2), (1, 2)}


def test_a_double_among_many_is_found():
    chance = random.Random(3)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    cards = [card("".join(chance.choices(syllables, k=4)), number) for number in range(3000)]
    cards += [card("Zenith Foods", 3000), card("Zenith Fodos", 3001)]
    blocking = Blocking(cards)
    assert (3000, 3001) in set(blocking.places())
    assert len(blocking.pairs) < 3000 * 5
