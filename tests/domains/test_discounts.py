"""Rules of discount in the book: added, listed, changed, refused where they contradict themselves."""

from __future__ import annotations

import pytest


@pytest.fixture
def shop(kam):
    for line in (
        "client add Acme", "client add 'Żółta Łódź'", "product add Oak panel --price 24.50 --floor 21 --category Floor --unit m2",
        "product add Pine board --price 9 --category Floor", "contact add acme Jana Nováková",
    ):  # fmt: skip
        kam(f"{line} -q")
    return kam


def test_each_kind_is_added_and_said_in_words(shop):
    said = {
        "volume 5% Pallet --from 40 --category floor": "volume · 5 % · from 40 · on floor",
        "volume 3% Large --from-amount 10k": "volume · 3 % · from 10 000.00 EUR",
        "payment 2% Week --within 7d": "payment · 2 % · paid within 7 days",
        "payment 1.5% Sixty --deferred 60d": "payment · 1.5 % surcharge · paid after 60 days",
        "promotion 10% Sale --until eom --product oak": "promotion · 10 % · until 2026-03-31, since 2026-03-18 · on Oak panel",
        "client 8% Frame --client łódź": "client · 8 % · terms of the client · for Żółta Łódź",
        "bonus 2% Bonus --client acme --from-amount 50k": "bonus · 2 % · from 50 000.00 EUR · for Acme",
    }
    for number, (line, words) in enumerate(said.items(), 1):
        name = line.split()[2]
        assert shop(f"discount add {line}").out == f"discount #{number} {name} · {words} – added\n"
    rows = {row["name"]: row for row in shop.json("discount list")}
    assert len(rows) == 7
    assert rows["Sixty"]["discount_pct"] == -1.5 and rows["Large"]["amount"] == 10_000
    assert rows["Pallet"]["quantity"] == 40 and rows["Pallet"]["category"] == "floor"
    assert [row["name"] for row in shop.json("discount list --client acme --kind client")] == []
    assert [row["name"] for row in shop.json("discount list --kind promotion --on 2026-04-01")] == []
    assert [row["name"] for row in shop.json("discount list --where quantity=40")] == ["Pallet"]
    assert shop.json("find frame")[0]["noun"] == "discount"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("volume 5% X", "--from is missing"), ("payment 5% X", "--within is missing"),
        ("promotion 5% X", "--until is missing"), ("client 5% X", "--client is missing"),
        ("bonus 5% X", "--client is missing"), ("bonus 5% X --client acme --product oak", "leave out --product"),
        ("payment 5% X --within 7d --deferred 60d", "--within and --deferred"), ("payment 5% X --within 7d --from 3", "--from"),
        ("volume 5% X --from 3 --from-amount 4", "--from and --from-amount"), ("volume 5% X --from 3 --within 7d", "--within"),
        ("volume 5% X --from 3 --product oak --category floor", "--product and --category"),
        ("volume 5% X --from 3 --on-top", "--on-top"), ("volume 0% X --from 3", "PERCENT"), ("volume 101% X --from 3", "PERCENT"),
        ("promotion 5% X --until 2026-03-01", "is after --until"), ("wholesale 5% X", "KIND"), ("volume x X --from 3", "PERCENT"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_in_one_line(shop, line, says):
    done = shop(f"discount add {line}", exit=2)
    assert done.err.startswith("kam: ") and says in done.err and done.err.count("\n") == 1
    assert shop.json("discount list") == []


def test_edit_show_remove_and_undo(shop):
    shop("discount add payment 1.5% Sixty --deferred 60d")
    assert shop.json("discount edit sixty --percent 2%")["discount_pct"] == -2
    assert shop.json("discount edit sixty --within 10d")["discount_pct"] == 2
    assert "nothing differs" in shop("discount edit sixty --percent 2%").out
    assert shop("discount edit sixty --from 3", exit=2).err.startswith("kam: --from")
    shop("discount add promotion 5% Sale --until eom --on-top --category floor --note 'for Łódź'")
    assert shop.json("discount show sale")["used"] == {"lines": 0, "offers": 0}
    row = shop.json("discount edit sale --clear on-top --clear category --name 'Spring sale'")
    assert (row["is_on_top"], row["category"], row["name"]) == (False, None, "Spring sale")
    assert shop("discount edit 2 --clear until", exit=2).err.startswith("kam: --until")
    shop("discount remove 2")
    assert [row["id"] for row in shop.json("discount list")] == [1]
    shop("undo --yes")
    assert [row["id"] for row in shop.json("discount list")] == [1, 2]
