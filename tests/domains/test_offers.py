"""Offers: made, priced, numbered, shown, changed."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys

import pytest


@pytest.fixture
def shop(kam):
    for line in (
        "client add Acme", "client add 'Żółta Łódź'", "product add Oak panel --price 24.50 --floor 21 --category Floor --unit m2",
        "product add Pine board --price 9 --category Floor", "contact add acme Jana Nováková", "deal add acme Hall --value 1k",
        "discount add volume 5% Pallet --from 40 --category floor", "discount add payment 2% Week --within 7d",
        "discount add promotion 10% Spring sale --until eom --product oak", "discount add client 8% Frame --client acme",
    ):  # fmt: skip
        kam(f"{line} -q")
    return kam


def test_an_offer_explains_every_price(shop):
    done = shop('offer create acme --item "Oak panel×40" --item "pine x 12" --terms 7d --extra Delivery=120')
    assert "offer 2026-0001 · Acme · 1 052.50 EUR, 12.9 % below the list (1 208.00 EUR)" in done.out
    assert done.err == "Oak panel stays at its floor price, 21.00 EUR each; to go below: --override REASON\n"
    page = shop.json("offer show acme")
    assert (page["total"], page["list"], page["given"], page["status"]) == (1052.5, 1208, 155.5, "draft")
    assert (page["issued_on"], page["valid_until"], page["pay_days"]) == ("2026-03-18", "2026-04-17", 7)
    oak, pine, delivery = page["lines"]
    assert [step["name"] for step in oak["steps"]] == [
        "list price",
        "Pallet",
        "Spring sale",
        "Week",
        "floor price",
    ]
    assert [step["left"] for step in oak["steps"]] == [980, 931, 837.9, 821.14, 840]
    assert [step["name"] for step in pine["steps"]] == ["list price", "Pallet", "Frame", "Week"]
    assert (pine["net"], delivery["net"], delivery["quantity"]) == (92.5, 120, 1)
    assert sum(line["net"] for line in page["lines"]) == page["total"]
    text = shop("offer show 2026-0001").out
    assert "Spring sale  until 2026-03-31" in text and "30 days left" in text


def test_below_the_floor_only_with_a_reason(shop):
    done = shop("offer create acme --item oak*40 --terms 7d --override 'the hall is a show case'")
    assert done.err == ""
    page = shop.json("offer show acme")
    assert page["total"] == 821.14 and page["override"] == "the hall is a show case"
    assert page["lines"][0]["steps"][-1]["kind"] == "override"


def test_terms_and_validity_come_from_what_was_agreed(shop):
    assert shop.json("offer create acme --item oak")["pay_days"] == 14
    shop("config set money.pay_days 21")
    shop("config set offer.valid_days 10")
    row = shop.json("offer create acme --item oak")
    assert (row["pay_days"], row["valid_until"]) == (21, "2026-03-28")
    row = shop.json("offer create acme --item oak --valid 'next fri' --terms 0")
    assert (row["pay_days"], row["valid_until"]) == (0, "2026-03-20")


def test_a_dry_run_makes_nothing(shop):
    page = shop.json("offer create acme --item oak×40 --dry-run")
    assert page["total"] == 840 and page["number"] == "no number yet"  # 837.90, but for the floor
    assert shop.json("offer list --status all") == []


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("offer create acme", 2, "--item is missing"), ("offer create acme --item nothing", 3, "no product 'nothing'"),
        ("offer create acme --item oak×0", 2, "--item"), ("offer create acme --item oak --currency USD", 1, "no price in USD"),
        ("offer create acme --item oak --valid 2026-03-01", 2, "--valid"), ("offer create acme --item oak --terms soon", 2, "--terms"),
        ("offer create acme --item oak --extra Delivery", 2, "--extra"), ("offer create acme --extra 'A=1 USD'", 2, "in USD"),
        ("offer create acme --item oak --discount 101%", 2, "--discount"), ("offer create acme --item oak --deal 9", 3, "no deal"),
        ("offer create nobody --item oak", 3, "no client"), ("offer show łódź", 3, "nor an open one"), ("offer show 2026-0009", 3, "no offer"),
        (f"offer create acme --extra A={2**62} --extra B={2**62}", 2, "too large"),
    ],
)  # fmt: skip
def test_what_cannot_be_offered_is_one_line_and_nothing_is_made(shop, line, code, says):
    done = shop(line, exit=code)
    assert done.err.startswith("kam: ") and says in done.err.split("\n")[0]
    assert shop.json("offer list --status all") == []


def test_a_total_that_is_too_large_is_refused(shop):
    shop("product add Gold --price 90000000000000000")
    assert "too large" in shop("offer create acme --item gold×9", exit=1).err


def test_edit_prices_anew_only_what_a_price_hangs_on(shop):
    shop("offer create acme --item oak×10 --item pine×2")
    before = shop.json("offer show acme")
    shop("product price pine 19")
    row = shop.json("offer edit acme --valid 60d --note 'Żółć' --with jana --deal hall")
    assert (row["total"], row["valid_until"], row["contact"], row["deal"]) == (
        before["total"],
        "2026-05-17",
        "Jana Nováková",
        "Hall",
    )
    assert shop.json("offer edit acme --discount 5%")["total"] == pytest.approx(
        before["total"] * 0.95 + 20 * 0.92 * 0.95, abs=1
    )
    assert shop.json("offer edit acme --item pine×1 --discount 0%")["total"] == 17.48
    assert [line["title"] for line in shop.json("offer show acme")["lines"]] == ["Pine board"]
    assert "nothing differs" in shop("offer edit acme --item pine×1").out
    assert shop.json("offer edit acme --clear note --clear deal")["note"] is None
    assert shop("offer edit acme --valid 2026-03-01", exit=2).err.startswith("kam: --valid")


def test_a_change_is_one_undo(shop):
    shop("offer create acme --item oak×10 --item pine×2")
    before = shop.json("offer show acme")
    shop("offer edit acme --item oak×7 --note gone")
    shop("undo --yes")
    assert shop.json("offer show acme")["lines"] == before["lines"]
    shop("undo --yes")
    assert shop.json("offer list --status all") == []


def test_numbers_go_by_year_and_are_not_given_again(shop):
    numbers = [shop.json(["offer", "create", "acme", "--item", "oak"])["number"] for _ in range(2)]
    assert numbers == ["2026-0001", "2026-0002"]
    shop("offer remove 2026-0002")
    assert shop.json("offer create acme --item oak")["number"] == "2026-0003"
    assert shop.json("offer create acme --item oak --today 2027-01-01")["number"] == "2027-0001"
    assert shop.json("offer show 2026-0003")["id"] == 3 and shop.json("find 2026-0003")[0]["noun"] == "offer"


def test_numbers_are_unique_when_several_write_at_once(shop):
    command = [sys.executable, "-m", "kam_cli", "offer", "create", "acme", "--item", "oak", "-q"]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: subprocess.run(command, env=dict(os.environ)).returncode, range(8)))
    assert codes == [0] * 8
    assert sorted(row["number"] for row in shop.json("offer list")) == [f"2026-{n:04}" for n in range(1, 9)]


def test_lists_tell_open_expiring_and_expired(shop):
    shop("offer create acme --item oak --valid 5d")
    shop("offer create łódź --item pine --valid 50d")
    assert len(shop.json("offer list")) == 2
    assert [row["client"] for row in shop.json("offer list --expiring 7d")] == ["Acme"]
    late = "--today 2026-03-24"
    assert [row["client"] for row in shop.json(f"offer list {late}")] == ["Żółta Łódź"]
    assert [row["status"] for row in shop.json(f"offer list --status expired {late}")] == ["expired"]
    assert [row["total"] for row in shop.json("offer list --where 'total>10' --sort -total")] == [22.05]
    assert [row["client"] for row in shop.json("offer list --client łódź")] == ["Żółta Łódź"]
    assert shop.json("offer show łódź")["client"] == "Żółta Łódź"


def test_deferred_payment_beyond_the_credit_limit_warns(shop):
    with shop.book().write([]) as write:
        write.book.insert("terms", {"client_id": 1, "pay_days": 30, "limit_minor": 2_000, "currency": "EUR"})
    done = shop("offer create acme --item oak")
    assert (
        "beyond the credit limit: 0.00 EUR is open, 22.05 EUR with this offer, the limit is 20.00 EUR"
        in done.err
    )
    assert shop("offer create acme --item pine").err == ""
    assert "beyond" not in shop("offer create acme --item oak --terms 0").err


def test_what_was_given(shop):
    shop("discount add bonus 2% Yearly --client acme --from-amount 500")
    shop("offer create acme --item 'Oak panel×40' --item pine×12 --terms 7d")
    assert (
        shop("discount given acme").out == "Acme accepted and ordered nothing from 2026-01-01 to 2026-03-18\n"
    )
    shop.book().conn.execute("UPDATE offers SET status = 'accepted', decided_on = '2026-03-10'")
    page = shop.json("discount given acme")
    assert page["totals"] == [
        {
            "currency": "EUR",
            "list": 1088,
            "net": 932.5,
            "given": 155.5,
            "given_pct": pytest.approx(14.29, abs=0.01),
        }
    ]
    assert sum(row["given"] for row in page["rules"]) == 155.5
    assert {row["name"]: row["given"] for row in page["rules"]}["Pallet"] == 54.4
    assert [(row["year"], row["turnover"], row["bonus"]) for row in page["bonuses"]] == [(2026, 932.5, 18.65)]
    assert shop.json("discount given acme --since 2026-03-11")["totals"] == []
