"""The figures of pipeline and work: the formulas' vectors by the command line, currencies, days, periods."""

from __future__ import annotations

import pytest

from golden import golden
from kam_cli.domains.deals import rules, store

METRICS = ("activity", "ageing", "funnel", "pipeline", "velocity", "winrate")
BEFORE = ["base", "appointment", "preparation", "contact", "needs", "presentation", "objections", "closing"]

WORLD = """
client add Acme GmbH --segment offices --source fair --country DE
client add Kowalski --segment hotels --source referral --country PL
client add Beta Foods --segment hotels --source fair --country PL
--today 2026-01-12 deal add acme Oak panels --value 12k --close 2026-04-10 --product panels
--today 2026-01-20 deal move oak contact
--today 2026-02-03 deal move oak needs
--today 2026-02-02 deal add kowalski Roof timber --value "86 400 PLN" --close 2026-03-10 --product timber
--today 2026-02-20 deal move roof presentation
--today 2026-02-25 deal add beta Kiosk --value "JPY 3333" --stage closing --product counters
--today 2026-03-04 deal add beta Shop --value 22000 --stage presentation --probability 70 --product panels
--today 2025-11-03 deal add acme Bar front --value 31000 --stage contact --product panels
--today 2026-01-12 deal win bar --reason quality
--today 2025-12-01 deal add kowalski Reception --value 18500.50 --product counters
--today 2026-02-12 deal lose reception --reason price --to "Panel World"
--today 2025-12-01 deal add beta Majlis --value "12500.125 KWD" --stage needs --product panels
--today 2026-03-01 deal win majlis
--today 2025-10-01 deal add acme Stairs --value 9000 --product timber
--today 2025-12-20 deal lose stairs --reason "no budget"
log call acme asked for samples --at "2026-02-24 10:00" --outcome reached --minutes 12
log meeting beta showed the shelves --at "2026-02-26 10:00" --minutes 45 --outcome held
log call acme --at "2026-03-03 10:00" --outcome no-answer
log email kowalski sent the drawings --at "2026-03-05 10:00" --outcome sent
log meeting kowalski did not come --at "2026-03-10 10:00" --outcome no-show
log call kowalski roof in May --at "2026-03-16 10:00" --minutes 7 --outcome reached
log note beta new manager --at "2026-03-17 10:00"
log meeting beta the next one --at "2026-03-27 10:00"
"""
MADE: list[bytes] = []


@pytest.fixture
def world(kam):
    """Three clients, nine deals in four currencies, a few contacts; made once, then copied."""
    if not MADE:
        for line in WORLD.strip().splitlines():
            kam(line)
        MADE.append(kam.db.read_bytes())
    kam.db.write_bytes(MADE[0])
    return kam


@pytest.fixture
def one(kam):
    """A book with the client Acme alone."""
    kam("client add Acme")
    return kam


def fill(kam, deals: list[dict]) -> None:
    """Deals straight into the book: open, or closed with ``status`` and ``closed_on``; stages by number."""
    with kam.book().write(["fill"]) as write:
        for number, deal in enumerate(deals):
            closing = {name: deal.pop(name) for name in ("status", "closed_on") if name in deal}
            way = deal.pop("way", [1])
            fresh = {"client_id": 1, "title": f"d{number}", "value_minor": 100_00, "currency": "EUR"}
            fresh |= {"opened_on": "2026-01-01", "stage_id": way[0], **deal}
            deal_id = store.add(write.book, fresh, fresh["opened_on"] + "T11:00:00Z")
            for day, stage_id in enumerate(way[1:], 2):
                store.move(write.book, deal_id, stage_id, f"2026-01-{day:02}T11:00:00Z", {})
            if closing:
                to = 9 if closing["status"] == "won" else way[-1]
                store.move(write.book, deal_id, to, closing["closed_on"] + "T11:00:00Z", closing)


def by(rows: list[dict], key: str) -> dict:
    return {row[key]: row for row in rows}


# --- all of them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
def test_the_table(world, metric):
    golden(f"metrics_{metric}.txt", world(f"metrics {metric}").out)


@pytest.mark.parametrize(
    "line", ["pipeline --by segment", "winrate --by product", "activity --by kind", "ageing --rotten"]
)
def test_the_table_of_groups(world, line):
    golden(f"metrics_{line.replace(' --', '_').replace('by ', '')}.txt", world(f"metrics {line}").out)


def test_help_lists_them_all(nobook):
    page = nobook("metrics --help").out
    for metric in METRICS:
        assert f"\n  {metric}" in page and f"kam metrics {metric}" in page
        line = next(line for line in page.splitlines() if line.startswith(f"  {metric}"))
        assert not line.endswith("..."), "the whole first line is to be read"


@pytest.mark.parametrize("metric", METRICS)
def test_figures_are_shown_only_of_what_is_there(kam, metric):
    """An empty book: no error, no invented figure, no division by zero."""
    rows = kam.json(f"metrics {metric}")
    assert kam(f"metrics {metric}").out
    for row in rows:
        for name, value in row.items():
            rate = name.endswith("_pct") or name in (
                "median_days",
                "cycle_days",
                "won_average",
                "velocity_per_day",
            )
            if rate or name == "oldest_days":
                assert value is None, (name, value)
            elif name not in ("stage", "group", "currency", "expected_days"):
                assert value in (0, None), (name, value)
            if name == "currency":
                assert value == "EUR"


@pytest.mark.parametrize("metric", METRICS)
def test_it_says_what_is_wrong(kam, metric):
    if metric not in ("ageing", "pipeline"):
        refused = kam(f"metrics {metric} --since 2026-03-01 --until 2026-02-28", exit=2).err
        assert "--since 2026-03-01 is after --until 2026-02-28" in refused
    kam(f"metrics {metric} --by nonsense", exit=2)


# --- pipeline -----------------------------------------------------------------------------------------------


def test_pipeline_of_an_empty_book_is_a_row_of_zeros_a_stage(kam):
    rows = kam.json("metrics pipeline")
    assert [row["stage"] for row in rows] == [*BEFORE, "support", "recommendation"]
    assert rows[0] == {
        "stage": "base", "deals": 0, "value": 0, "weighted": 0, "currency": "EUR", "oldest_days": None,
    }  # fmt: skip
    assert kam.json("metrics pipeline --by client") == []


def test_pipeline_counts_open_deals_and_keeps_currencies_apart(world):
    rows = [row for row in world.json("metrics pipeline") if row["deals"]]
    assert [" ".join(map(str, row.values())) for row in rows] == [
        "needs 1 12000 4200 EUR 43",
        "presentation 1 22000 15400 EUR 14",
        "presentation 1 86400 43200 PLN 26",
        "closing 1 3333 2666.4 JPY 21",
    ]
    totals = world("metrics pipeline").out.splitlines()[-3:]
    assert [line.split()[:2] for line in totals] == [["total", "2"], ["total", "1"], ["total", "1"]]
    assert "34 000 EUR" in totals[0] and "3 333 JPY" in totals[1] and "86 400 PLN" in totals[2]


def test_pipeline_by_what_the_clients_are(world):
    rows = world.json("metrics pipeline --by segment")
    assert [(row["group"], row["currency"], row["deals"], row["value"]) for row in rows] == [
        ("hotels", "EUR", 1, 22000), ("hotels", "JPY", 1, 3333), ("hotels", "PLN", 1, 86400),
        ("offices", "EUR", 1, 12000),
    ]  # fmt: skip
    assert {row["group"] for row in world.json("metrics pipeline --by country")} == {"DE", "PL"}
    world("client edit acme --clear segment")
    assert world.json("metrics pipeline --by segment")[-1]["group"] is None


def test_two_clients_of_one_name_stay_two(one):
    one("client add Acme --force")
    one("deal add 1 Oak --value 100")
    one("deal add 2 Elm --value 200")
    assert [(row["group"], row["value"]) for row in one.json("metrics pipeline --by client")] == [
        ("Acme", 100), ("Acme", 200),
    ]  # fmt: skip


# --- win rate -----------------------------------------------------------------------------------------------


def test_winrate_by_count_and_by_value_leaves_out_open_deals(one):
    won = {"status": "won", "closed_on": "2026-02-01", "value_minor": 90_000_00}
    lost = {"status": "lost", "closed_on": "2026-02-01", "value_minor": 3_333_33}
    fill(one, [won, dict(lost), dict(lost), lost, {}, {}])
    assert one.json("metrics winrate") == [
        {
            "group": "all", "won": 1, "lost": 3, "winrate_pct": 25.0, "won_value": 90000,
            "winrate_value_pct": pytest.approx(100 * 90000 / 99999.99), "lost_value": 9999.99,
            "currency": "EUR",
        }
    ]  # fmt: skip


def test_winrate_keeps_currencies_apart_and_counts_them_together(world):
    rows = world.json("metrics winrate")
    assert [(row["currency"], row["won"], row["lost"]) for row in rows] == [("EUR", 1, 2), ("KWD", 1, 0)]
    assert rows[1]["won_value"] == 12500.125 and rows[0]["lost_value"] == 27500.5
    assert world("metrics winrate").out.splitlines()[-1].split() == ["together", "2", "2", "50.0", "%"]


def test_winrate_of_periods_and_groups(world):
    def groups(line: str) -> list[tuple]:
        rows = world.json(f"metrics winrate --by {line}")
        return [(row["group"], row["won"], row["lost"]) for row in rows]

    assert groups("month") == [("2025-12", 0, 1), ("2026-01", 1, 0), ("2026-02", 0, 1), ("2026-03", 1, 0)]
    assert groups("quarter") == [("2025-Q4", 0, 1), ("2026-Q1", 1, 1), ("2026-Q1", 1, 0)], "EUR, then KWD"
    assert groups("year") == [("2025", 0, 1), ("2026", 1, 1), ("2026", 1, 0)]
    assert groups("product") == [
        ("panels", 1, 0), ("panels", 1, 0), ("counters", 0, 1), ("timber", 0, 1),
    ]  # fmt: skip
    assert groups("reason") == [("no budget", 0, 1), ("price", 0, 1), ("quality", 1, 0), (None, 1, 0)]
    assert groups("competitor") == [("Panel World", 0, 1), (None, 1, 1), (None, 1, 0)]
    assert groups("country --since 2026-01-01") == [("PL", 0, 1), ("PL", 1, 0), ("DE", 1, 0)]
    assert groups("year --since 2026-01-12 --until 2026-02-12") == [("2026", 1, 1)], "both days count"
    assert groups("year --since 2026-01-13 --until 2026-02-11") == []


# --- ageing -------------------------------------------------------------------------------------------------


def test_a_deal_is_rotten_at_one_and_a_half_times_the_expected_days_of_its_current_stage(one):
    one("--today 2026-01-01 deal add acme Oak --value 100")
    one("--today 2026-02-25 deal move oak presentation")  # 14 days expected: rotten after 21

    def rotten(today: str) -> int:
        return by(one.json(f"metrics ageing --today {today}"), "stage")["presentation"]["rotten"]

    assert [rotten("2026-03-17"), rotten("2026-03-18"), rotten("2026-03-19")] == [0, 1, 1]
    assert one.json("metrics ageing --rotten")[0]["days_in_stage"] == 21
    assert one.json("metrics ageing --rotten --today 2026-03-17") == []
    one("stage edit presentation --days 0")
    assert rotten("2026-12-31") == 0, "no days are expected"


def test_ageing_goes_by_the_owners_calendar(one):
    one("deal add acme Oak --value 100 --stage presentation")
    for entered, days in (
        ("2026-02-24T22:59:59Z", 22),
        ("2026-02-24T23:00:00Z", 21),
        ("2026-02-25T23:00:00Z", 20),
    ):
        one.book().conn.execute("UPDATE deals SET entered_stage_at = ?", (entered,))
        row = by(one.json("metrics ageing"), "stage")["presentation"]
        assert (row["oldest_days"], row["rotten"]) == (days, int(days >= 21)), entered


def test_ageing_gives_the_median_of_each_stage(one):
    for days, stage in ((3, "needs"), (10, "needs"), (11, "needs"), (40, "needs"), (5, "closing")):
        day = f"2026-{3 if days < 18 else 2:02}-{18 - days if days < 18 else 46 - days:02}"
        one(f"deal add acme D{days} --value 100 --stage {stage} --opened {day}")
    rows = by(one.json("metrics ageing"), "stage")
    assert rows["needs"] == {
        "stage": "needs", "deals": 4, "median_days": 10.5, "expected_days": 21, "rotten": 1,
        "oldest_days": 40,
    }  # fmt: skip
    assert rows["closing"]["median_days"] == 5 and rows["base"]["median_days"] is None


# --- funnel -------------------------------------------------------------------------------------------------


def test_funnel_counts_who_entered_and_who_went_on(one):
    won = {"status": "won", "closed_on": "2026-02-01"}
    ways = [[1], [1, 2], [1, 2, 3], [1, 4], [3, 4], [1, 3, 2], [8]]
    fill(one, [*({"way": way} for way in ways), {"way": [1, 8], **won}])
    rows = by(one.json("metrics funnel"), "stage")
    paths = [*ways, [1, 8, 9]]
    for position, stage in enumerate([*BEFORE, "support"], 1):
        share = rules.conversion(paths, position)
        assert rows[stage]["entered"] == sum(position in path for path in paths), stage
        assert rows[stage]["conversion_pct"] == (None if share is None else pytest.approx(100 * share)), stage
    assert rows["closing"] == {"stage": "closing", "entered": 2, "reached_next": 1, "conversion_pct": 50.0}
    assert rows["recommendation"]["conversion_pct"] is None and rows["recommendation"]["reached_next"] is None


def test_funnel_knows_deals_that_came_back_were_lost_or_opened_again(one):
    one("deal add acme Oak --value 100")
    one("deal move oak needs")
    one("deal move oak base")
    one("deal lose oak --reason price")
    one("deal reopen oak")
    rows = by(one.json("metrics funnel"), "stage")
    assert (rows["base"]["entered"], rows["base"]["reached_next"]) == (1, 1)
    assert (rows["needs"]["entered"], rows["needs"]["reached_next"]) == (1, 0)


def test_funnel_of_deals_opened_in_a_period(world):
    assert by(world.json("metrics funnel"), "stage")["base"]["entered"] == 4
    recent = by(world.json("metrics funnel --since 2026-01-12 --until 2026-02-02"), "stage")
    assert recent["base"] == {"stage": "base", "entered": 2, "reached_next": 2, "conversion_pct": 100.0}


def test_funnel_outlives_changes_of_the_pipeline(one):
    fill(one, [{"way": [1, 4]}, {"way": [1]}, {"way": [4, 5], "status": "won", "closed_on": "2026-02-01"}])
    one("deal lose d0 --reason price")
    one("stage remove contact")
    rows = by(one.json("metrics funnel"), "stage")
    assert "contact" not in rows and rows["base"]["conversion_pct"] == 50.0, (
        "a stage that is gone was further on"
    )
    one("stage remove support")
    one("stage remove recommendation")
    assert by(one.json("metrics funnel"), "stage")["needs"]["conversion_pct"] == 100.0, (
        "a win is beyond the last stage"
    )
    one("stage move needs 1")
    assert by(one.json("metrics funnel"), "stage")["base"]["entered"] == 2
    one("deal remove d1")
    assert by(one.json("metrics funnel"), "stage")["base"]["entered"] == 1


# --- velocity -----------------------------------------------------------------------------------------------


def test_velocity_vector(one):
    won = {"status": "won", "opened_on": "2025-12-03", "closed_on": "2026-02-01", "value_minor": 50_000_00}
    lost = {"status": "lost", "opened_on": "2026-01-01", "closed_on": "2026-02-01", "value_minor": 7_00}
    fill(one, [{} for _ in range(100)] + [won] + [dict(lost) for _ in range(3)])
    (row,) = one.json("metrics velocity")
    assert row == {
        "currency": "EUR", "open_deals": 100, "won": 1, "lost": 3, "winrate_pct": 25.0, "won_average": 50000,
        "cycle_days": 60, "velocity_per_day": pytest.approx(20833.33, abs=0.01),
    }  # fmt: skip
    assert "20 833.33 EUR" in one("metrics velocity").out


def test_velocity_takes_the_median_cycle_of_won_deals_of_each_currency(world):
    rows = by(world.json("metrics velocity"), "currency")
    assert list(rows) == ["EUR", "JPY", "KWD", "PLN"], "the book's own first"
    assert rows["EUR"]["open_deals"] == 2 and rows["EUR"]["cycle_days"] == 70
    assert rows["EUR"]["velocity_per_day"] == pytest.approx(2 * (1 / 3) * 31000 / 70)
    assert rows["KWD"]["won_average"] == 12500.125 and rows["KWD"]["velocity_per_day"] == 0
    assert rows["PLN"]["winrate_pct"] is None and rows["PLN"]["velocity_per_day"] is None
    assert by(world.json("metrics velocity --since 2026-02-01"), "currency")["EUR"]["winrate_pct"] == 0


def test_a_deal_won_on_the_day_it_was_opened_gives_no_velocity(one):
    one("deal add acme Oak --value 100")
    one("deal win oak")
    (row,) = one.json("metrics velocity")
    assert (row["cycle_days"], row["velocity_per_day"]) == (0, None)


# --- activity -----------------------------------------------------------------------------------------------


def test_activity_of_four_weeks_counts_what_was_held(world):
    rows = world.json("metrics activity")
    assert [row["group"] for row in rows] == ["2026-W09", "2026-W10", "2026-W11", "2026-W12"]
    assert [row["interactions"] for row in rows] == [2, 2, 1, 2], "the meeting of next week is planned"
    assert [row["reached"] for row in rows] == [2, 1, 0, 1]
    assert [row["reach_pct"] for row in rows] == [100, 50, 0, 100], "a note is no attempt"
    assert [row["minutes"] for row in rows] == [57, 0, 0, 7] and [row["no_shows"] for row in rows] == [
        0,
        0,
        1,
        0,
    ]
    assert rows[0]["call"] == rows[0]["meeting"] == 1 and rows[0]["email"] == 0


def test_activity_shows_weeks_without_a_contact(one):
    one("log call acme hello --at '2026-03-02 10:00' --outcome reached")
    rows = one.json("metrics activity --since 2026-02-18")
    assert [(row["group"], row["interactions"]) for row in rows] == [
        ("2026-W08", 0), ("2026-W09", 0), ("2026-W10", 1), ("2026-W11", 0), ("2026-W12", 0),
    ]  # fmt: skip
    assert rows[0]["reach_pct"] is None


def test_activity_by_other_groups(world):
    assert [(row["group"], row["interactions"]) for row in world.json("metrics activity --by kind")] == [
        ("call", 3), ("meeting", 2), ("email", 1), ("note", 1),
    ]  # fmt: skip
    clients = by(world.json("metrics activity --by client"), "group")
    assert (clients["Kowalski"]["interactions"], clients["Kowalski"]["no_shows"]) == (3, 1)
    days = world.json("metrics activity --by weekday")
    assert [row["group"] for row in days] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [row["interactions"] for row in days] == [1, 4, 0, 2, 0, 0, 0]
    months = world.json("metrics activity --by month --since 2026-02-01 --until 2026-03-31")
    assert [(row["group"], row["interactions"]) for row in months] == [("2026-02", 2), ("2026-03", 5)]
    assert sum(row["interactions"] for row in world.json("metrics activity --until 2026-02-24")) == 1


def test_activity_goes_by_local_days(one):
    """23:30 UTC on Sunday is Monday, half past midnight, in Warsaw; the week begins there."""
    one("log call acme late --at '2026-03-16 00:30' --outcome reached")
    assert one.book().value("SELECT occurred_at FROM interactions") == "2026-03-15T23:30:00Z"
    assert [row["interactions"] for row in one.json("metrics activity --since 2026-03-09")] == [0, 1]
    assert by(one.json("metrics activity --by weekday"), "group")["Mon"]["interactions"] == 1
    assert one.json("metrics activity --by kind --until 2026-03-15") == []


def test_removed_contacts_do_not_count(one):
    one("log call acme hello --at '2026-03-17 10:00' --outcome reached")
    one("log remove 1 --yes")
    assert sum(row["interactions"] for row in one.json("metrics activity")) == 0
