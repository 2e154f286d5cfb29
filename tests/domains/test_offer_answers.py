"""What becomes of an offer: sent, accepted into an order or a deal, rejected, open again; and what is expired."""

from __future__ import annotations

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from mail_server import MailServer


@pytest.fixture
def shop(kam):
    for line in (
        "client add Acme --email office@acme.example", "contact add acme Jana Nováková --email jana@acme.example",
        "product add Oak panel --price 24.50 --floor 21 --unit m2", "deal add acme Hall --value 1k",
        "discount add volume 5% Pallet --from 40", "offer create acme --item oak×40 --with jana --deal hall",
    ):  # fmt: skip
        kam(f"{line} -q")
    return kam


def test_accepted_it_becomes_an_order_with_the_same_net(shop):
    shop("discount add promotion 3.33% Sale --until eom -q")
    shop("offer edit acme --item oak×41.5 --item oak×0.125 --extra Delivery=9.99")
    offer = shop.json("offer show acme")
    done = shop.json("offer accept acme --due +2w")
    assert (done["status"], done["decided_on"], done["order_id"]) == ("accepted", "2026-03-18", 1)
    order = shop.json("order show 1")
    assert order["total"] == offer["total"] and order["due_on"] == "2026-04-01"
    assert [line["net"] for line in order["lines"]] == [line["net"] for line in offer["lines"]]
    assert [line["quantity"] for line in order["lines"]] == [41.5, 0.125, 1]
    assert shop.json("deal show hall")["value"] == 1000
    shop("undo --yes")
    assert shop.json("offer show 1")["status"] == "draft" and shop.json("order list --status all") == []


@pytest.mark.parametrize(
    ("price", "net"), [("JPY 1225", 3491), ("USD 12.25", 34.91), ("KWD 01.225", 3.491)]
)  # 3 × 0.95 × 1225 = 3491.25
def test_lines_add_up_in_every_currency(shop, price, net):
    code = price[:3]
    shop(["product", "add", "Tile", "--price", price, "-q"])
    shop("discount add promotion 5% All --until eom -q")
    offer = shop.json(f"offer create acme --item tile×3 --item tile×1 --item tile×7.777 --currency {code}")
    page = shop.json(f"offer show {offer['id']}")
    assert page["lines"][0]["net"] == net
    exact = [line["net"] for line in page["lines"]]
    assert round(sum(exact), 3) == page["total"] and round(page["list"] - page["given"], 3) == page["total"]
    accepted = shop.json(f"offer accept {offer['id']}")
    assert shop.json(f"order show {accepted['order_id']}")["total"] == page["total"]


def test_accepted_it_becomes_the_value_of_a_deal(shop):
    done = shop("offer accept acme --deal hall")
    assert "accepted → deal #1 Hall" in done.out and "kam deal win 1" in done.err
    assert shop.json("deal show hall")["value"] == 931 and shop.json("order list --status all") == []
    shop("deal lose hall --reason price")
    shop("offer reopen 1")
    assert "is lost" in shop("offer accept 1 --deal hall", exit=1).err


def test_wrong_moves_are_refused_with_the_right_ones(shop):
    shop("offer reject acme --reason 'too expensive' --on yesterday", exit=2)  # before the day of the offer
    row = shop.json("offer reject acme --reason 'too expensive'")
    assert (row["status"], row["reason"]) == ("rejected", "too expensive")
    for line in ("accept 1", "reject 1 --reason x", "send 1 --only-log", "edit 1 --note x"):
        done = shop(f"offer {line}", exit=1)
        assert "is rejected since 2026-03-18" in done.err and done.err.count("\n") == 1
    assert shop.json("offer reopen 1")["status"] == "draft"
    assert "no answer to take back" in shop("offer reopen 1", exit=1).err
    shop("offer accept 1")
    assert "kam order remove 1" in shop("offer reopen 1", exit=1).err
    assert "kam undo" in shop("offer remove 1", exit=1).err
    shop("order remove 1")
    assert shop.json("offer reopen 1")["status"] == "draft"


def test_what_has_expired_is_prolonged_first_unless_the_answer_came_in_time(shop):
    late = "--today 2026-05-01"
    assert "kam offer edit 2026-0001 --valid 14d" in shop(f"offer accept acme {late}", exit=1).err
    assert shop.json(f"offer accept acme --on 2026-04-17 {late}")["decided_on"] == "2026-04-17"
    shop("undo --yes")
    shop(f"offer edit acme --valid 14d {late}")
    assert shop.json(f"offer accept acme {late}")["status"] == "accepted"


def test_what_waits_stands_in_today_and_on_the_page_of_the_client(shop):
    assert [row for row in shop.json("today --days 60") if row["noun"] == "offer"] == []  # it was not sent
    shop("offer send acme --only-log")
    assert [row for row in shop.json("today") if row["noun"] == "offer"] == []
    (row,) = [row for row in shop.json("today --today 2026-04-15") if row["noun"] == "offer"]
    assert (row["due_on"], row["client"], row["command"]) == ("2026-04-17", "Acme", "kam offer show 1")
    assert row["text"] == "expires: 2026-0001 for Hall"
    (row,) = [row for row in shop.json("today --today 2026-04-18") if row["noun"] == "offer"]
    assert row["text"] == "expired without an answer: 2026-0001 for Hall"
    assert shop.json("client show acme")["offers"][0]["number"] == "2026-0001"
    assert "2026-0001  sent  until 2026-04-17  931 EUR" in shop("client show acme").out
    shop("offer accept acme")
    assert [row for row in shop.json("today --today 2026-04-18") if row["noun"] == "offer"] == []


def test_how_many_are_won(shop):
    assert shop.json("offer winrate") == []
    for _ in range(3):
        shop("offer create acme --item oak -q")
    shop("offer accept 1")
    shop("offer reject 2 --reason price")
    (row,) = shop.json("offer winrate")
    assert (row["accepted"], row["rejected"], row["winrate_pct"], row["won_value"]) == (1, 1, 50, 931)
    (row,) = shop.json("offer winrate --by client --today 2026-06-01")
    assert (row["group"], row["expired"], row["winrate_pct"]) == ("Acme", 2, 25)


def test_what_a_client_was_given_counts_an_order_of_an_offer_once(shop):
    shop("discount add bonus 2% Yearly --client acme --from-amount 500")
    shop("offer accept acme")
    shop("order add acme --item oak×2 --price 24.50 --discount 10%")
    page = shop.json("client discounts acme")
    assert page == shop.json("discount given acme")
    assert [(row["list"], row["net"], row["given"]) for row in page["totals"]] == [(1029, 975.1, 53.9)]
    assert {row["name"]: row["given"] for row in page["rules"]} == {
        "Pallet": 49,
        "on orders without an offer": 4.9,
    }
    assert [(row["turnover"], row["bonus"]) for row in page["bonuses"]] == [(975.1, 19.5)]
    assert (
        "53.90 EUR given: 975.10 EUR for 1 029.00 EUR by the list (5.2 %)" in shop("discount given acme").out
    )


# --- sending ------------------------------------------------------------------------------------------------


def test_it_is_mailed_with_the_document_and_logged(shop):
    shop("config set seller.name 'Drewno Łoś'")
    with MailServer() as server:
        for key, value in (
            ("smtp_host", "127.0.0.1"),
            ("smtp_port", server.port),
            ("smtp_security", "none"),
            ("from", "ewa@example.com"),
        ):
            shop(f"config set mail.{key} {value}")
        page = shop.json("offer send acme --dry-run --as html --to jana@acme.example")
        assert server.received == [] and shop.json("log list") == [] and page["file"] == "en-2026-0001.html"
        done = shop.json("offer send acme --as html --to 'Jana <jana@acme.example>'")
    assert done["status"] == "sent" and done["sent_at"]
    mail = message_from_bytes(server.received[0].content, policy=default)
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (
        "Jana <jana@acme.example>",
        "Offer 2026-0001 – Drewno Łoś",
        None,
    )
    text, document = mail.iter_parts()
    assert "931.00, valid until 17 April 2026." in text.get_content()
    assert document.get_filename() == "en-2026-0001.html" and "Drewno Łoś" in document.get_content()
    (entry,) = shop.json("log list")
    assert (entry["kind"], entry["direction"], entry["outcome"], entry["contact"], entry["deal"]) == (
        "email",
        "out",
        "sent",
        "Jana Nováková",
        "Hall",
    )
    assert entry["text"] == "Offer 2026-0001: 931.00 EUR, valid until 2026-04-17"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("--to nobody", 2, "mail.from"), ("", 1, "no mail program"), ("--to x@y.z --only-log", 2, "--only-log"),
        ("--as odt", 2, "--as"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_one_line_and_is_not_logged(shop, monkeypatch, line, code, says):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    done = shop(f"offer send acme {line}", exit=code)
    assert says in done.err and done.err.count("\n") == 1
    assert shop.json("log list") == [] and shop.json("offer show acme")["status"] == "draft"


def test_a_mail_that_is_not_taken_is_not_logged(shop):
    for key, value in (
        ("smtp_host", "127.0.0.1"),
        ("smtp_port", 1),
        ("smtp_security", "none"),
        ("from", "ewa@example.com"),
    ):
        shop(f"config set mail.{key} {value}")
    assert "took no mail" in shop("offer send acme --as md --to jana@acme.example", exit=1).err
    assert shop.json("log list") == []


def test_the_mail_program_opens_with_the_document(shop, monkeypatch, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "xdg-email"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/said\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    shop("offer send acme --as md")
    said = (tmp_path / "said").read_text().split("\n")
    attached = said[said.index("--attach") + 1]
    assert said[-2] == "mailto:jana@acme.example" and oct(os.stat(attached).st_mode)[-3:] == "600"
    assert oct(os.stat(os.path.dirname(attached)).st_mode)[-3:] == "700"
    assert "# Offer No. 2026-0001" in Path(attached).read_text()
    assert len(shop.json("log list")) == 1


def test_a_sent_offer_that_gets_other_prices_is_a_draft_again(shop):
    shop("offer send acme --only-log")
    assert shop.json("offer edit acme --note soon")["status"] == "sent"
    done = shop("offer edit acme --discount 2%")
    assert "send it again" in done.err and shop.json("offer show acme")["status"] == "draft"
