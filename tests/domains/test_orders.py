"""Orders by the command line: lines and totals, states, deliveries in part, departments, what is late."""

from __future__ import annotations

import pytest

from kam_cli.domains.orders import store


@pytest.fixture
def one(acme):
    """Acme with one order: 40 panels and 2.5 kg of screws, promised in two weeks."""
    acme("product add Oak panel --price 12.50 --sku OP-1")
    acme(
        "order add acme --item 'Oak panel×40' --item 'Screws×2.5' --price 12.50 --price 0.33 --discount 5% --due +2w --tag web"
    )
    return acme


def order(kam, name="1"):
    return kam.json(f"order show {name}")


def test_an_order_comes_to_the_sum_of_its_lines_rounded_once(one):
    shown = order(one)
    assert shown["total"] == 475.78  # 475 + 0.78375
    assert [(row["title"], row["quantity"], row["net"]) for row in shown["lines"]] == [
        ("Oak panel", 40, 475),
        ("Screws", 2.5, 0.78),
    ]
    assert shown["number"] == "2026-0001" and shown["status"] == "taken" and shown["tags"] == ["web"]
    assert one.book().value("SELECT total_rest FROM orders") == 3_750_000


def test_a_product_costs_its_list_price_of_the_day(one):
    one("product price oak 13 --from 2026-03-20")
    one("--today 2026-03-21 order add acme --item 'op-1×2'")
    one("order add acme --item oak --on 2026-03-17", exit=2)  # it was not sold yet
    assert [row["total"] for row in one.json("order list --sort id")] == [475.78, 26]
    assert [row["number"] for row in one.json("order list --sort id")] == ["2026-0001", "2026-0002"]


REFUSED = [
        ("order add acme", 2, "--item or --total"),
        ("order add acme --item 'Oka panel×2'", 3, "did you mean"),
        ("order add acme --item Marble", 3, "add --price"),
        ("order add acme --item 'oak×0'", 2, "--item"),
        ("order add acme --item 'oak×2' --price 1 --price 2", 2, "--price is given 2 times for 1 items"),
        ("order add acme --price 3 --total 5", 2, "--item"),
        ("order add acme --item oak --price 'USD 3' --currency EUR", 2, "one currency"),
        ("order add acme --item oak --currency USD", 2, "no list price in USD"),
        ("order add acme --total 5 --due yesterday", 2, "--due"),
        ("order add acme --total 5 --on tomorrow", 2, "--on"),
        ("order add acme --item 'oak×1000000' --price 99999999999", 2, "more than"),
        ("order add nobody --total 5", 3, "nobody"),
        ("order show 77", 3, "77"),
        ("order deliver 1 3", 3, "1) Oak panel"),
        ("order deliver 1 1×41", 1, "more than the 40"),
        ("order deliver 1 --on tomorrow", 2, "future"),
        ("order deliver 1 --on 2026-03-01", 2, "before the day of the order"),
        ("order move 1 returned", 1, "may become: in-work, part-delivered, delivered, cancelled"),
        ("order move 1 part-delivered", 1, "kam order deliver 1"),
        ("order return 1", 1, "From taken it may become"),
        ("order edit 1 --total 5", 2, "--total"),
        ("order edit 1 --quantity 1", 2, "--quantity"),
        ("order edit 1 --item oak --price 'USD 3'", 2, "EUR"),
        ("order done 9", 3, "order parts"),
        ("order retag nothing x", 3, "there are: web"),
    ]  # fmt: skip


def test_what_cannot_be_is_refused_and_changes_nothing(one):
    before = one.book().value("SELECT count(*) FROM journal")
    for line, code, said in REFUSED:
        assert said in one(line, exit=code).err, line
    assert one.book().value("SELECT count(*) FROM journal") == before


def test_it_is_delivered_in_parts_and_never_more_than_ordered(one):
    one("order start acme")
    assert "part-delivered" in one("order deliver acme 1×15 --on 2026-03-18").out
    one("--today 2026-03-25 order deliver 1 oak×25")
    shown = order(one)
    assert shown["status"] == "part-delivered" and shown["shipped_on"] is None and shown["is_otif"] is None
    assert [(row["shipped"], row["left"]) for row in shown["lines"]] == [(40, 0), (0, 2.5)]
    assert "delivered already" in one("--today 2026-03-25 order deliver 1 1", exit=1).err
    one("--today 2026-04-03 order deliver 1")
    shown = order(one, "2026-0001")
    assert (shown["status"], shown["shipped_on"], shown["days_late"], shown["is_otif"]) == (
        "delivered",
        "2026-04-03",
        2,
        False,
    )
    assert [row["quantity"] for row in shown["deliveries"]] == [15, 25, 2.5]
    one("undo 2 --yes")
    assert order(one)["status"] == "part-delivered" and len(order(one)["deliveries"]) == 1


def test_an_order_without_lines_is_delivered_as_a_whole(acme):
    acme("order add acme --total 1200 --due +1w --number PO-7")
    acme("order move po-7 delivered")
    assert order(acme, "PO-7")["is_otif"] is True


def test_every_move_is_either_made_or_refused_with_those_allowed(one):
    one("order cancel 1 --reason 'budget cut'")
    assert order(one)["reason"] == "budget cut"
    assert "From cancelled it may become: taken" in one("order deliver 1", exit=1).err
    one("order move 1 taken")
    assert order(one)["reason"] is None
    one("order deliver 1")
    one("order return 1 --reason 'wrong colour'")
    assert "that is the end of it" in one("order start 1", exit=1).err


def test_lines_are_changed_but_not_below_what_was_delivered(one):
    one("order deliver 1 1×15")
    assert "15 of 'Oak panel' are delivered" in one("order edit 1 --quantity 1×14", exit=1).err
    assert "stays" in one("order edit 1 --drop 1", exit=1).err
    one("order edit 1 --quantity 1×15 --drop screws --tag urgent --untag web --due fri")
    shown = order(one)
    assert (shown["total"], shown["tags"], shown["due_on"]) == (178.13, ["urgent"], "2026-03-20")
    assert shown["status"] == "delivered"  # nothing is left of it
    assert "order lines" in one("history order 1").out
    assert "delivered; its lines stay" in one("order edit 1 --item oak", exit=1).err


def test_a_net_that_was_agreed_is_what_a_line_costs(acme):
    book = acme.book()
    with book.write(["add"]):
        lines = [{"title": "Oak", "quantity_milli": 3000, "unit_price_minor": 333, "net_minor": 1000}]
        order_id = store.add(
            book, {"client_id": 1, "ordered_on": "2026-03-18", "currency": "EUR"}, lines, ["web"]
        )
        assert store.get(book, order_id)["total_minor"] == 1000  # at once, for an invoice of the same command
    acme("order edit 1 --quantity 1×2")
    assert order(acme)["total"] == 6.67


def test_departments_have_parts_with_days_of_their_own(one):
    one("order hand acme Workshop cut the panels --due fri")
    one("order hand acme WORKSHOP oil them --due 2026-03-30")
    assert {row["department"] for row in one.json("order parts")} == {"Workshop"}
    assert "2 open parts" in one("order done workshop", exit=4).err
    assert "late" in one("--today 2026-03-24 order done 1").out
    assert "was done on 2026-03-24" in one("--today 2026-03-24 order done 1", exit=1).err
    assert [row["id"] for row in one.json("order parts")] == [2]
    assert [row["id"] for row in one.json("--today 2026-04-01 order parts --late")] == [2]
    assert len(one.json("order parts --all --department workshop")) == 2


def test_late_orders_and_parts_wait_on_the_agenda(one):
    one("order hand acme workshop cut the panels --due fri")
    rows = {row["kind"]: row for row in one.json("--today 2026-04-05 today")}
    assert rows["order"]["text"] == "Order 2026-0001, taken" and rows["order"]["section"] == "order"
    assert rows["order"]["command"] == "kam order deliver 1"
    assert rows["part"]["command"] == "kam order done 1" and rows["part"]["due_on"] == "2026-03-20"
    assert rows["part"]["text"] == "workshop: cut the panels (order 2026-0001)"
    assert "1 order late" not in one("today").out
    assert [row["kind"] for row in one.json("today --days 14") if row["noun"] == "order"] == ["part", "order"]
    assert [
        row["kind"] for row in one.json("--today 2026-04-05 remind --json") if row["noun"] == "order"
    ] == ["part", "order"]
    one("order deliver 1")
    assert not [row for row in one.json("--today 2026-04-05 today") if row["kind"] == "order"]


def test_a_client_names_his_one_open_order(one):
    one("order add acme --total 5")
    assert "2 open orders" in one("order show acme", exit=4).err
    one("order deliver 2")
    assert order(one, "acme")["id"] == 1
    one("order cancel acme")
    assert "nor an open one of that client" in one("order show acme", exit=3).err


def test_lists_filter_and_the_clients_page_shows_what_is_open(one):
    one("order add acme --total 5 --on 2026-01-02 --number A-1 --tag phone")
    one("order deliver A-1")
    assert [row["id"] for row in one.json("order list --tag web")] == [1]
    assert [row["id"] for row in one.json("order list --status open")] == [1]
    assert [row["id"] for row in one.json("order list --until 2026-01-31")] == [2]
    assert [row["id"] for row in one.json("order list --where 'total>5'")] == [1]
    assert [row["id"] for row in one.json("--today 2026-04-02 order list --late")] == [1]
    assert [row["id"] for row in one.json("client show acme")["orders"]] == [1, 2]
    assert "was due 2026-04-01" in one("--today 2026-04-02 client show acme").out


def test_a_tag_is_called_otherwise_everywhere(one):
    one("order add acme --total 5 --tag 4 --tag web")
    one("order retag web Peacock")
    one("order retag 4 peacock")
    assert [row["tags"] for row in one.json("order list --sort id")] == ["Peacock", "Peacock"]


def test_undo_brings_totals_back(one):
    before = one.json("order list")
    one("order edit 1 --quantity 1×1 --item oak --price 3")
    assert one.json("order list") != before
    one("undo --yes")
    after = one.json("order list")
    assert [{**row, "updated_at": None} for row in after] == [{**row, "updated_at": None} for row in before]


def test_orders_are_found_by_number_tag_and_note(one):
    one("order add acme --total 5 --number PO-4711 --note 'beside the gate' --tag Пекарня")
    for text in ("4711", "gate", "pekarnya", "2026-0001"):
        assert [row["noun"] for row in one.json(f"find {text}")] == ["order"], text
