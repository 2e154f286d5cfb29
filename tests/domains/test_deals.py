"""Deals from the first line to the signature: what is stored, where they may go, how they are shown."""

from __future__ import annotations

import fcntl
import json
import os
import random
import struct
import subprocess
import sys
import termios
from decimal import Decimal
from fractions import Fraction

import pytest

from dump import dump

PROMISED = """
id client_id client title stage value currency probability_pct weighted
close_on entered_stage_at days_in_stage status
"""


@pytest.fixture
def acme(kam):
    """A book with Acme, its Jan Nowak, and one deal: #1 Oak panels, 12 000 EUR, since 2026-01-12."""
    kam("client add Acme GmbH")
    kam("contact add acme Jan Nowak --role decision-maker")
    kam(
        "--today 2026-01-12 deal add acme Oak panels --value 12k --close 2026-04-10 "
        "--product panels --with nowak"
    )
    return kam


def exact(result) -> list[dict]:
    """A list as JSON, its numbers exact."""
    return json.loads(result.out, parse_float=Decimal)


def moves(kam, deal: int = 1) -> list[tuple]:
    sql = (
        "SELECT (SELECT name FROM stages WHERE id = from_stage_id) AS was, "
        "(SELECT name FROM stages WHERE id = to_stage_id) AS now, "
        "status, substr(moved_at, 1, 10) AS day, close_on FROM deal_moves WHERE deal_id = ? ORDER BY id"
    )
    return [tuple(row.values()) for row in kam.book().rows(sql, (deal,))]


# --- adding and listing -------------------------------------------------------------------------------------


def test_add_says_what_was_stored_and_lists_it(kam):
    kam("client add Acme GmbH")
    said = kam("deal add acme Oak panels for the lobby --value 12k --close fri --stage needs").out
    assert said == (
        "deal #1 Oak panels for the lobby · Acme GmbH · 12 000.00 EUR · needs 35 % · "
        "closes Fri 2026-03-20 – added\n"
    )
    (row,) = kam.json("deal list")
    assert set(PROMISED.split()) <= set(row)
    assert row | {"uid": 0, "entered_stage_at": 0, "created_at": 0, "updated_at": 0} == {
        "id": 1, "uid": 0, "client_id": 1, "client": "Acme GmbH", "title": "Oak panels for the lobby",
        "stage": "needs",
        "value": 12000, "currency": "EUR", "probability_pct": 35, "weighted": 4200, "close_on": "2026-03-20",
        "entered_stage_at": 0, "days_in_stage": 0, "status": "open", "product": None, "contact_id": None,
        "contact": None, "opened_on": "2026-03-18", "closed_on": None, "reason": None, "competitor": None,
        "created_at": 0, "updated_at": 0,
    }  # fmt: skip


def test_add_with_json_gives_the_record(acme):
    row = acme.json(
        "deal add acme Doors --value 1200.50 --probability 40 --with nowak --competitor 'Door World'"
    )
    assert row["id"] == 2 and row["stage"] == "base" and row["contact"] == "Jan Nowak"
    assert (row["value"], row["probability_pct"], row["weighted"]) == (1200.5, 40, 480.2)
    assert row["competitor"] == "Door World"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("acme Oak", 2, "--value is missing"),
        ("acme --value 12k", 2, "TITLE is missing"),
        ("acme Oak --value nan", 2, "--value"),
        ("acme Oak --value -5", 2, "--value"),
        ("acme Oak --value 12k --probability 101", 2, "--probability"),
        ("acme Oak --value 12k --close 31.2.2026", 2, "--close"),
        ("acme Oak --value 12k --opened 2026-03-19", 2, "--opened: 2026-03-19 is in the future"),
        ("acme Oak --value 12k --stage negotiation", 3, "no stage 'negotiation'"),
        ("acme Oak --value 12k --stage support", 1, "follows the win"),
        ("nobody Oak --value 12k", 3, "no client 'nobody'"),
        ("acme Oak --value 12k --with smith", 3, "no contact 'smith'"),
    ],
)
def test_what_add_refuses(acme, line, code, says):
    assert says in acme(f"deal add {line}", exit=code).err
    assert len(acme.json("deal list")) == 1


@pytest.mark.parametrize(
    ("value", "stored", "shown", "weighted"),
    [
        ("JPY 3333", 3333, Decimal("3333"), Decimal("166.65")),
        ("12500.125 KWD", 12500125, Decimal("12500.125"), Decimal("625.00625")),
        ("33.33 EUR", 3333, Decimal("33.33"), Decimal("1.6665")),
        (
            "92233720368547758.07",
            2**63 - 1,
            Decimal("92233720368547758.07"),
            Decimal("4611686018427387.9035"),
        ),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_is_never_rounded(acme, value, stored, shown, weighted):
    acme(["deal", "add", "acme", "Roof", "--value", value])
    assert acme.book().value("SELECT value_minor FROM deals WHERE id = 2") == stored
    row = exact(acme("deal list --where title=roof --json"))[0]
    assert (row["value"], row["weighted"]) == (shown, weighted)


def test_the_list_takes_its_filters(acme):
    acme("client add Beta")
    acme("deal add beta Shelves --value 'USD 900' --stage closing --close 2026-03-31")
    acme("deal add beta Doors --value 300")
    acme("deal win shelves --on 2026-03-18")
    titles = {
        "": ["Oak panels", "Doors"],
        "--status won": ["Shelves"],
        "--status lost": [],
        "--status all": ["Shelves", "Oak panels", "Doors"],
        "--client beta": ["Doors"],
        "--stage base": ["Oak panels", "Doors"],
        "--until 2026-04-10": ["Oak panels"],
        "--until 2026-04-09": [],
        "--since 2026-04-10": ["Oak panels"],
        "--status all --since 2026-03-18 --until 2026-03-18": ["Shelves"],
        "--where weighted>100": ["Oak panels"],
        "--where value<=300": ["Doors"],
        "--sort value --limit 1": ["Doors"],
    }
    for options, expected in titles.items():
        assert [row["title"] for row in acme.json(f"deal list {options}")] == expected, options


def test_the_probability_is_the_deals_own_else_the_stages_and_certain_once_closed(acme):
    acme("deal add acme Doors --value 100 --probability 70")
    acme("deal move oak closing")
    acme("deal move doors closing")
    assert [row["probability_pct"] for row in acme.json("deal list --sort id")] == [80, 70]
    acme("deal edit doors --clear probability")
    assert acme.json("deal list --sort id")[1]["probability_pct"] == 80
    acme("deal win oak")
    acme("deal lose doors --reason price")
    rows = acme.json("deal list --status all --sort id")
    assert [(row["probability_pct"], row["weighted"]) for row in rows] == [(100, 12000), (0, 0)]


def test_days_in_a_stage_are_days_of_the_books_time_zone(acme):
    acme.book().conn.execute(
        "UPDATE deals SET entered_stage_at = '2026-03-16T23:30:00Z'"
    )  # 17 March, 00:30 in Warsaw
    assert acme.json("deal list")[0]["days_in_stage"] == 1
    assert acme.json("deal list --today 2026-03-30")[0]["days_in_stage"] == 13, (
        "the clock goes forward on the 29th"
    )
    acme.book().conn.execute("UPDATE meta SET tz = 'America/New_York'")
    assert acme.json("deal list")[0]["days_in_stage"] == 2
    acme.book().conn.execute("UPDATE deals SET entered_stage_at = '2026-03-25T12:00:00Z'")
    assert acme.json("deal list")[0]["days_in_stage"] == 0, "never below zero"


def test_days_in_a_stage_stop_at_closing(acme):
    acme("--today 2026-02-01 deal lose oak --reason price")
    assert acme.json("deal list --status lost")[0]["days_in_stage"] == 20
    acme("deal reopen oak")
    acme("--today 2026-03-28 deal win oak")
    assert acme.json("--today 2026-06-01 deal list --status won")[0]["days_in_stage"] == 0


# --- the way through the stages -----------------------------------------------------------------------------


def test_moves_are_written_down_with_their_day_and_the_expected_date(acme):
    acme("--today 2026-01-20 deal move oak needs")
    acme("--today 2026-01-21 deal edit oak --close 2026-05-31")
    acme("--today 2026-02-02 deal move oak next")
    acme("--today 2026-02-03 deal move oak back")
    acme("--today 2026-02-10 deal win oak --reason quality")
    acme("--today 2026-02-20 deal move oak next")
    assert moves(acme) == [
        (None, "base", "open", "2026-01-12", "2026-04-10"),
        ("base", "needs", "open", "2026-01-20", "2026-04-10"),
        ("needs", "presentation", "open", "2026-02-02", "2026-05-31"),
        ("presentation", "needs", "open", "2026-02-03", "2026-05-31"),
        ("needs", "support", "won", "2026-02-10", "2026-05-31"),
        ("support", "recommendation", "won", "2026-02-20", "2026-05-31"),
    ]


def test_winning_closes_the_deal_and_begins_the_support(acme):
    said = acme("deal win oak --on yesterday --reason 'delivery in two parts'").out
    assert said == (
        "deal #1 Oak panels · Acme GmbH · 12 000.00 EUR · won Tue 2026-03-17 · now in support · "
        "delivery in two parts – won\n"
    )
    (row,) = acme.json("deal list --status won")
    assert (row["stage"], row["status"], row["closed_on"]) == ("support", "won", "2026-03-17")
    assert row["entered_stage_at"] == "2026-03-17T11:00:00Z", "noon of that day in Warsaw"


def test_where_nothing_follows_the_win_the_deal_stays_where_it_was_won(acme):
    acme("stage remove support")
    acme("stage remove recommendation")
    acme("deal win oak")
    assert acme.json("deal list --status won")[0]["stage"] == "base"
    assert moves(acme)[-1][:3] == ("base", "base", "won")


def test_losing_needs_a_reason_and_keeps_the_stage(acme):
    assert "--reason is missing" in acme("deal lose oak", exit=2).err
    row = acme.json("deal lose oak --reason 'no budget' --to 'Panel World' --on 2026-03-01")
    assert [row[name] for name in ("status", "stage", "reason", "competitor", "closed_on")] == [
        "lost", "base", "no budget", "Panel World", "2026-03-01",
    ]  # fmt: skip
    assert moves(acme)[-1] == ("base", "base", "lost", "2026-03-01", "2026-04-10")


def test_reopening_takes_a_deal_back_to_where_it_was(acme):
    acme("deal move oak presentation")
    acme("deal win oak")
    row = acme.json("deal reopen oak")
    assert [row[name] for name in ("status", "stage", "closed_on", "reason")] == [
        "open",
        "presentation",
        None,
        None,
    ]
    acme("deal lose oak --reason price --to Rival")
    row = acme.json("--today 2026-03-25 deal reopen oak")
    assert [row[name] for name in ("stage", "competitor", "days_in_stage")] == ["presentation", None, 0]
    acme("deal lose oak --reason price")
    acme("stage remove presentation")
    assert acme.json("deal reopen oak")["stage"] == "base", "the last one it was in that is still there"


@pytest.mark.parametrize(
    ("before", "line", "code", "says"),
    [
        ([], "move oak support", 1, "kam deal win 1"),
        (["move oak closing"], "move oak next", 1, "kam deal win 1"),
        ([], "move oak back", 1, "no stage back from there"),
        ([], "move oak nowhere", 3, "no stage 'nowhere'"),
        ([], "win oak --on 2026-03-19", 2, "--on: 2026-03-19 is in the future"),
        ([], "win oak --on 2026-01-11", 1, "was opened on 2026-01-12"),
        ([], "lose oak --reason x --on tomorrow", 2, "--on"),
        ([], "reopen oak", 1, "is open"),
        (["win oak"], "win oak", 1, "is won since 2026-03-18"),
        (["win oak"], "lose oak --reason x", 1, "kam deal reopen 1"),
        (["win oak"], "move oak needs", 1, "kam deal reopen 1"),
        (["win oak"], "move oak back", 1, "kam deal reopen 1"),
        (["win oak", "move oak next"], "move oak next", 1, "no stage next from there"),
        (["lose oak --reason x"], "move oak next", 1, "is lost. First: kam deal reopen 1"),
        (["win oak"], "edit oak --opened 2026-03-18 --value 1 --clear title", 2, "--clear"),
    ],
)
def test_where_a_deal_may_not_go(acme, before, line, code, says):
    for one in before:
        acme(f"deal {one}")
    kept = dump(acme.book())
    refused = acme(f"deal {line}", exit=code)
    assert says in refused.err and refused.err.startswith("kam: ") and refused.err.count("\n") == 1
    assert dump(acme.book()) == kept


def test_moving_to_where_it_is_changes_nothing(acme):
    before = dump(acme.book())
    assert "is there already" in acme("deal move oak base").out
    assert dump(acme.book()) == before


def test_a_move_is_never_dated_before_the_last_one(acme):
    acme("deal move oak needs")
    acme("deal lose oak --reason price --on 2026-02-01")
    assert moves(acme)[-1][3] == "2026-03-18"
    assert acme.json("deal list --status lost")[0]["closed_on"] == "2026-02-01"
    assert acme.json("deal show oak")["moves"][1]["days"] == 0


def test_a_deal_entered_late_counts_from_its_real_day(acme):
    row = acme.json("deal add acme Stairs --value 5k --opened 2026-02-16")
    assert (row["opened_on"], row["days_in_stage"]) == ("2026-02-16", 30)
    acme("deal edit oak --opened 2025-12-01")
    assert acme.json("deal win oak --on 2025-12-24")["closed_on"] == "2025-12-24"
    assert "before --opened 2026-01-05" in acme("deal edit oak --opened 2026-01-05", exit=1).err


def test_edit_changes_what_is_named_in_the_deals_own_currency(acme):
    acme("deal add acme Hotel --value 'JPY 100000' --note 'first talk'")
    row = acme.json("deal edit hotel --value 150k --title 'Hotel doors' --close 2026-06-01 --with nowak")
    assert [row[name] for name in ("value", "currency", "title", "contact")] == [
        150000,
        "JPY",
        "Hotel doors",
        "Jan Nowak",
    ]
    row = acme.json("deal edit doors --value 'USD 900' --clear close --clear with --clear note")
    assert [row[name] for name in ("value", "currency", "close_on", "contact")] == [900, "USD", None, None]
    assert "nothing differs" in acme("deal edit doors --title 'Hotel doors'").out
    assert acme.json("find doors")[0]["noun"] == "deal"


# --- naming a deal ------------------------------------------------------------------------------------------


def test_a_deal_is_named_by_its_title_or_by_the_client_of_its_only_open_deal(acme):
    acme("client add Łódź Panels")
    for name in ("1", "#1", "OAK", "panels", "acme", "Acme GmbH", "gmbh"):
        assert acme.json(["deal", "show", name])["id"] == 1, name
    acme("deal move acme next")
    assert acme.json("deal list")[0]["stage"] == "appointment"
    acme("deal add acme Doors --value 100")
    refused = acme("deal win acme", exit=4).err
    assert "'acme' is a client with 2 open deals" in refused
    assert "#1 Oak panels (Acme GmbH · open)" in refused and "#2 Doors" in refused
    acme("deal lose doors --reason price")
    assert acme.json("deal show acme")["id"] == 1, "only one is open now"
    acme("deal win acme")
    assert "nor an open one of that client" in acme("deal lose acme --reason x", exit=3).err
    assert acme("deal show nothing", exit=3).err.startswith("kam: no deal 'nothing'")


def test_a_title_goes_before_a_client_but_never_to_the_wrong_client(acme):
    acme("client add Beta")
    acme("deal add acme Acme renewal --value 100")
    assert acme.json("deal show acme")["title"] == "Acme renewal"
    acme("deal lose 2 --reason x")
    acme("deal remove 2")
    acme("deal add beta Replace Acme fences --value 100")
    before = dump(acme.book())
    refused = acme("deal lose acme --reason x", exit=4).err
    assert "in the title of one deal and the client of another" in refused
    assert "#3 Replace Acme fences" in refused and "#1 Oak panels" in refused
    assert dump(acme.book()) == before


def test_one_of_several_titles_is_not_guessed(acme):
    acme("deal add acme Oak stairs --value 100")
    assert "matches 2 deals" in acme("deal win oak", exit=4).err
    assert acme.json("deal show 'oak stairs'")["id"] == 2


# --- pages --------------------------------------------------------------------------------------------------


def test_the_page_tells_what_is_to_be_done_and_how_it_came_here(acme):
    acme("--today 2026-01-20 deal move oak needs")
    acme(
        "log call acme asked for samples --deal oak --at '2026-03-03 10:00' --outcome reached "
        "--next 'send them'"
    )
    acme("task add Send the samples --deal oak --due 2026-03-20")
    shown = acme("deal show oak").out
    assert shown.startswith(
        "Oak panels · Acme GmbH · #1\n  stage    needs, 57 days of 21 expected – rotten\n"
    )
    assert "12 000.00 EUR × 35 % = 4 200.00 EUR" in shown and "Fri 2026-04-10, in 23 days" in shown
    assert "asked for samples" in shown and "Send the samples" in shown
    page = acme.json("deal show oak")
    assert [(one["stage"], one["days"], one["status"]) for one in page["moves"]] == [
        ("base", 8, "open"),
        ("needs", 57, "open"),
    ]
    assert page["interactions"][0]["text"] == "asked for samples"
    assert "Send the samples" in [task["title"] for task in page["tasks"]]
    assert page["is_rotten"] is True and page["expected_days"] == 21
    late = acme("--today 2026-04-12 deal show oak").out
    assert "Fri 2026-04-10, 2 days late" in late
    acme("deal win oak")
    won = acme.json("deal show oak")
    assert [one["days"] for one in won["moves"]] == [8, 57, None] and won["is_rotten"] is False


def test_the_board_holds_the_open_deals_by_stage(acme):
    acme("client add Beta")
    acme("deal add beta Shelves --value 1850.50 --stage needs")
    acme("deal add beta Hotel --value 'DKK 186000' --stage needs --close 2026-03-31")
    acme("deal add beta Bar --value 100")
    acme("deal win bar")
    board = acme.json("deal board")
    assert [column["stage"] for column in board][:2] == ["base", "appointment"] and len(board) == 8
    assert [len(column["deals"]) for column in board] == [1, 0, 0, 0, 2, 0, 0, 0]
    needs = board[4]
    assert [deal["title"] for deal in needs["deals"]] == ["Hotel", "Shelves"] and needs["count"] == 2
    assert {row["currency"]: row["value"] for row in needs["totals"]} == {"DKK": 186000, "EUR": 1850.5}
    assert [line.rstrip() for line in acme("deal board").out.splitlines()] == [
        "base · 1 · 12 000 EUR",
        "  #1  Acme GmbH  Oak panels  12 000 EUR  65 d!  closes 2026-04-10",
        "",
        "needs · 2 · 1 850.50 EUR, 186 000 DKK",
        "  #3  Beta  Hotel    186 000 DKK   0 d  closes 2026-03-31",
        "  #2  Beta  Shelves  1 850.50 EUR  0 d",
        "",
        "  empty: appointment, preparation, contact, presentation, objections, closing",
    ]


def on_terminal(kam, columns: int, *argv: str) -> list[str]:
    """What a command draws on a terminal of so many columns, without colours."""
    main, side = os.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    env = {**os.environ, "NO_COLOR": "1", "TERM": "xterm", "PYTHONPATH": "src"}
    subprocess.run(
        [sys.executable, "-m", "kam_cli", *argv], stdout=side, stdin=side, stderr=side, env=env, timeout=60
    )
    os.close(side)
    drawn = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        drawn += part
    os.close(main)
    return [
        line.rstrip() for line in drawn.decode().replace("\x1b[2m", "").replace("\x1b[0m", "").splitlines()
    ]


def test_the_board_stands_in_columns_on_a_wide_terminal(acme):
    acme("deal add acme Shelves --value 1850.50 --stage needs")
    wide = on_terminal(acme, 110, "deal", "board")
    assert wide[0].split() == ["base", "needs"]
    assert (
        wide[1].split("  ")[1].strip() == "1 deal" and "12 000 EUR" in wide[2] and "1 850.50 EUR" in wide[2]
    )
    assert "Acme GmbH" in wide[4] and "12 000 EUR !" in wide[5]
    assert max(map(len, wide)) <= 110
    narrow = on_terminal(acme, 80, "deal", "board")
    assert narrow[0] == "base · 1 · 12 000 EUR"


def test_many_deals_of_a_stage_are_cut_on_a_terminal_only(acme):
    for number in range(25):
        acme(f"deal add acme Deal{number} --value 1 --stage needs")
    drawn = on_terminal(acme, 80, "deal", "board")
    assert '  5 more: kam deal list --stage "needs"' in drawn and not [
        line for line in drawn if "--limit" in line
    ]
    assert acme("deal board").out.count("Deal") == 25


def test_an_empty_book_says_what_to_do(kam):
    assert kam.json("deal list") == [] and "kam deal add" in kam("deal list").out
    assert "kam deal add" in kam("deal board").out
    assert [column["deals"] for column in kam.json("deal board")] == [[]] * 8


# --- undo ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ([], "add acme Doors --value 100 --with nowak --note 'in spring'"),
        ([], "edit oak --title Beech --value 1 --clear close --clear with"),
        ([], "move oak closing"),
        ([], "win oak --reason quality"),
        ([], "lose oak --reason price --to Rival"),
        (["win oak"], "reopen oak"),
        (["win oak"], "move oak next"),
        ([], "remove oak"),
    ],
)
def test_undo_restores_every_row(acme, before, line):
    for one in before:
        acme(f"deal {one}")
    kept = dump(acme.book())
    acme(f"deal {line}")
    changed = dump(acme.book())
    assert changed != kept
    acme("undo --yes")
    assert dump(acme.book()) == kept
    acme("redo --yes")
    assert dump(acme.book()) == changed


def test_a_removed_deal_is_out_of_every_view(acme):
    acme("deal remove oak")
    assert acme.json("deal list --status all") == []
    acme("deal show oak", exit=3)
    assert sum(column["count"] for column in acme.json("deal board")) == 0
    assert sum(row["deals"] for row in acme.json("metrics pipeline")) == 0


# --- what holds for any pipeline ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_over_stages_is_the_sum_over_deals(acme, seed):
    """Random deals in four currencies, up to the largest amount: list, board and metrics agree exactly."""
    chance = random.Random(seed)
    from kam_cli.domains.deals import store

    with acme.book().write(["fill"]) as write:
        for number in range(60):
            deal = {
                "client_id": 1,
                "title": f"d{number}",
                "opened_on": "2026-01-01",
                "stage_id": chance.randint(1, 8),
            }
            deal["value_minor"] = chance.choice([0, 1, 333, chance.randint(0, 10**9), 2**63 - 1 - number])
            deal["currency"] = chance.choice(["EUR", "JPY", "KWD", "PLN"])
            deal["probability_pct"] = chance.choice([None, 0, 33, 100])
            deal_id = store.add(write.book, deal, "2026-01-01T11:00:00Z")
            if chance.random() < 0.4:
                store.move(
                    write.book,
                    deal_id,
                    9,
                    "2026-02-01T11:00:00Z",
                    {"status": "won", "closed_on": "2026-02-01"},
                )
    deals = exact(acme("deal list --json"))
    board = exact(acme("deal board --json"))
    for report in ("metrics pipeline", "metrics pipeline --by client", "metrics pipeline --by product"):
        rows = exact(acme(f"{report} --json"))
        for currency in ("EUR", "JPY", "KWD", "PLN"):
            own = [deal for deal in deals if deal["currency"] == currency]
            found = [row for row in rows if row["currency"] == currency]
            assert sum(row["deals"] for row in found) == len(own)
            for name in ("value", "weighted"):
                total = sum(Fraction(deal[name]) for deal in own)
                assert sum(Fraction(row[name]) for row in found) == total, (report, currency, name)
                totals = [t for column in board for t in column["totals"] if t["currency"] == currency]
                assert sum(Fraction(t[name]) for t in totals) == total
