"""Loyalty: points that stand behind orders, tiers in a window, who rises and falls, and what offers make of it."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.loyalty import rules, store
from kam_cli.errors import BadValue


@pytest.fixture
def club(acme):
    """A programme with two tiers; Acme has 1,239 points of two orders."""
    acme("client add Globex")
    acme("loyalty add Club --window 12m --points 1/10EUR --expire 24m --since 2025-01-01")
    acme("loyalty tier Silver --from 5k --discount 2%")
    acme("loyalty tier Gold --from 10k --discount 3%")
    acme("loyalty enrol acme --since 2025-01-01")
    acme("order add acme --total 3399.99 --on 2025-04-01")
    acme("order add acme --total 9000 --on 2026-01-10")
    return acme


def status(kam, name="acme", *more: str):
    return kam.json(" ".join([*more, "loyalty status", name]))


def test_points_come_from_orders_and_go_with_them(club):
    row = status(club)
    assert (row["points"], row["tier"], row["discount_pct"], row["value"]) == (1239, "Gold", 3, 12399.99)
    assert [(lot["number"], lot["points"]) for lot in row["lots"]] == [("2025-0001", 339), ("2026-0001", 900)]
    assert (row["expiring"], row["expiring_on"]) == (339, "2027-04-01")
    club("order cancel 1")
    row = status(club)
    assert (row["points"], row["tier"], row["next"], row["missing"], row["move"]) == (
        900,
        "Silver",
        "Gold",
        1000,
        "rise",
    )
    assert store.tier_of(club.book(), 1, "2026-03-18") == {
        "programme": "Club",
        "tier": "Silver",
        "discount_bp": 200,
    }
    assert (
        store.tier_of(club.book(), 1, "2024-12-31") is None
        and store.tier_of(club.book(), 2, "2026-03-18") is None
    )


def test_points_are_spent_the_first_to_expire_first_and_never_below_nothing(club):
    assert "1139 points left" in club("loyalty spend acme 100 --note machine --on 2026-02-01").out
    assert [lot["left"] for lot in status(club)["lots"]] == [239, 900]
    assert "has 1139 points" in club("loyalty spend acme 1140", exit=1).err
    assert "has 339 points on 2025-12-01" in club("loyalty spend acme 340 --on 2025-12-01", exit=1).err
    club("loyalty spend acme 1139")
    assert "later on" in club("loyalty spend acme 300 --on 2025-12-01", exit=1).err
    assert status(club)["points"] == 0
    club("order cancel 2")
    row = status(club)
    assert (row["points"], row["spent"], row["uncovered"]) == (0, 339, 900)
    club("undo 2 --yes")
    assert status(club)["points"] == 1139


def test_points_expire(club):
    assert status(club, "acme", "--today 2027-03-31")["points"] == 1239
    row = status(club, "acme", "--today 2027-04-01")
    assert (row["points"], row["expired"], row["tier"]) == (900, 339, None)


def test_who_is_about_to_rise_or_fall(club):
    rows = club.json("loyalty list --moving")
    assert [(row["client"], row["move"], row["tier"]) for row in rows] == [("Acme GmbH", "fall", "Gold")]
    assert "about to fall" in club("client show acme").out
    assert club.json("--today 2026-02-01 loyalty list --moving") == []


def test_a_programme_by_purchases(club):
    club("loyalty add Visits --basis purchases --window 1y --repeat --points 5%")
    club("loyalty tier Friend --from 3 --of visits")
    club("loyalty enrol --all --since 2025-01-01 --of visits")
    club("loyalty edit visits --since 2025-01-01")
    rows = [row for row in status(club) if row["programme"] == "Visits"]
    assert (rows[0]["purchases"], rows[0]["missing_purchases"], rows[0]["move"], rows[0]["value"]) == (
        2,
        1,
        "rise",
        None,
    )
    assert rows[0]["points"] == 450  # of the second order alone
    assert "several programmes" in club("loyalty spend acme 1", exit=4).err
    assert [row["client"] for row in club.json("loyalty status --of visits")] == ["Acme GmbH", "Globex"]


def test_the_tier_is_in_the_price_of_an_offer(club):
    club("product add Oak --price 100")
    assert club.json("offer create acme --item oak×10")["total"] == 970
    offer = club.json("offer show 1")
    assert any(step["name"] == "Club Gold" for line in offer["lines"] for step in line["steps"])
    club("discount add client 8% Frame --client acme")
    assert club.json("offer create acme --item oak×10")["total"] == 920  # the better one, not both


def test_programmes_are_changed_and_removed(club):
    club("loyalty edit club --expire 12m --points 2/10EUR --name 'Old friends'")
    row = status(club, "acme", "--today 2026-04-01")
    assert (row["programme"], row["points"], row["expired"]) == ("Old friends", 1800, 679)
    club("loyalty tier Gold --discount 4%")
    assert [tier["discount_pct"] for tier in club.json("loyalty show old")["tiers"]] == [2, 4]
    club("loyalty tier silver --drop")
    assert "Gold" in club("loyalty tier Silver --drop", exit=3).err
    assert club.json("loyalty list")[0]["members"] == 1
    club("loyalty leave acme")
    assert club.json("loyalty status") == []
    club("loyalty remove old")
    assert club.json("loyalty list") == []


REFUSED = (
    ("loyalty add X --window 5w", 2, "--window"), ("loyalty add X --points 10", 2, "--points"), ("loyalty add X --points 0/10EUR", 2, "--points"),
    ("loyalty add X --points 1/0", 2, "--points"), ("loyalty tier Bronze", 2, "--from"), ("loyalty tier Bronze --from 'USD 5'", 2, "EUR"),
    ("loyalty enrol", 2, "--all"), ("loyalty enrol acme --since tomorrow", 2, "--since"), ("loyalty spend globex 5", 1, "takes no part"),
    ("loyalty spend acme 0", 2, "out of range"), ("loyalty leave globex", 1, "takes no part"), ("loyalty status globex", 3, "no programme"),
    ("loyalty show nothing", 3, "nothing"), ("loyalty edit club --points '1/10 USD'", 2, "EUR"), ("loyalty add X --since tomorrow", 2, "--since"),
)  # fmt: skip


def test_what_cannot_be_is_refused_and_changes_nothing(club):
    before = club.book().value("SELECT count(*) FROM journal")
    for line, code, said in REFUSED:
        assert said in club(line, exit=code).err, line
    assert club.book().value("SELECT count(*) FROM journal") == before


def test_two_cards_made_one_keep_the_points_of_both(club):
    club("client add 'Acme Berlin' --force")
    club("loyalty enrol 3 --since 2026-01-01")
    club("order add 3 --total 100 --on 2026-02-01")
    club("client merge 1 3 --yes")
    assert status(club, "1")["points"] == 1249 and len(club.json("loyalty status")) == 1


# --- rules --------------------------------------------------------------------------------------------------

days = st.integers(0, 900).map(lambda n: (datetime.date(2024, 1, 1) + datetime.timedelta(n)).isoformat())
orders = st.lists(st.tuples(days, st.integers(0, 10**7)), max_size=12)
spendings = st.lists(st.tuples(days, st.integers(1, 5000)), max_size=12)


@given(orders, spendings, days, st.none() | st.integers(1, 24), st.booleans(), days)
def test_no_points_come_from_nowhere_or_get_lost(bought, used, day, lasts, repeat, joined):
    rows = [
        {"id": i, "number": str(i), "ordered_on": on, "total_minor": minor}
        for i, (on, minor) in enumerate(sorted(bought))
    ]
    programme = {
        "starts_on": "2024-02-01",
        "earn_points": 3,
        "earn_minor": 1000,
        "expire_months": lasts,
        "is_repeat_only": repeat,
    }
    earned = rules.lots(rows, programme, joined)
    spent = [{"spent_on": on, "points": points} for on, points in sorted(used)]
    lots, uncovered = rules.settle(earned, spent, day)
    assert all(
        lot["points"] == lot["spent"] + lot["expired"] + lot["left"] and lot["left"] >= 0 for lot in lots
    )
    assert sum(lot["spent"] for lot in lots) + uncovered == sum(
        one["points"] for one in spent if one["spent_on"] <= day
    )
    assert rules.balance(lots) >= 0 and {lot["order_id"] for lot in lots} <= {row["id"] for row in rows}
    assert not any(lot["left"] for lot in lots if lot["expires_on"] and lot["expires_on"] <= day)


@given(st.lists(st.integers(0, 10**6), max_size=6), st.integers(0, 10**6))
def test_a_tier_is_reached_from_its_threshold_on(thresholds, value):
    tiers = [{"id": n, "name": str(n), "from_value": one} for n, one in enumerate(sorted(thresholds))]
    now, above = rules.tier_at(tiers, value), rules.next_tier(tiers, value)
    assert (now is None) == (not thresholds or value < min(thresholds))
    assert now is None or now["from_value"] <= value
    assert above is None or value < above["from_value"]
    assert rules.move(tiers, "turnover", value, value) in (None, "rise")
    assert rules.move(tiers, "turnover", value, -1) == (
        "fall" if now else rules.move(tiers, "turnover", value, value)
    )


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), st.integers(1, 120))
def test_months_later_are_those_of_the_calendar(day, count):
    from kam_cli.values.dates import add_months

    assert rules.later(day.isoformat(), count) == add_months(day, count).isoformat()
    assert rules.later(day.isoformat(), -count) == add_months(day, -count).isoformat()
    assert rules.window(day.isoformat(), count) <= day.isoformat()


@pytest.mark.parametrize("text", ["0m", "121m", "5w", "m", "1.5y", "-3m", ""])
def test_a_span_of_months_is_read_or_refused(text):
    assert rules.months("24 months") == rules.months("2y") == 24
    with pytest.raises(BadValue):
        rules.months(text)
