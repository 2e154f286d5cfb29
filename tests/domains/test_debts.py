"""Debtors: who owes what since when, promises kept and broken, reminders by level and language, the agenda."""

from __future__ import annotations

import datetime

import pytest

from kam_cli.domains.debts import texts
from kam_cli.domains.debts.letters import PLACES, _filled


@pytest.fixture
def owing(kam):
    """Acme owes 70 since 15 January and 200 not due yet; Łódź paid 10 days late once, and owes yen."""
    for line in (
        "client add Acme --email buy@acme.example", "client add Łódź", "invoice add acme 100 --number FV/1 --on 2026-01-01 --due 2026-01-15",
        "invoice add acme 200 --number FV/2 --due 2026-04-01", "payment add acme 30 --on 2026-03-10",
        "invoice add lodz 10 --on 2026-01-01 --due 2026-01-10", "payment add lodz 10 --on 2026-01-20",
        "invoice add lodz 20 --on 2026-02-01 --due 2026-02-10", "payment add lodz 20 --on 2026-02-01",
        "invoice add lodz 30 --on 2026-02-01 --due 2026-02-10", "invoice write-off 5",
        "invoice add lodz 'JPY 1234' --on 2026-03-01 --due 2026-03-15",
    ):  # fmt: skip
        kam(line)
    return kam


def test_who_owes(owing):
    acme, lodz = owing.json("debt list")
    assert (acme["client"], acme["owed"], acme["overdue"], acme["currency"]) == ("Acme", 270, 70, "EUR")
    assert (acme["oldest_on"], acme["days_late"], acme["level"]) == ("2026-01-15", 62, 3)
    assert acme["average_days_late"] is None
    assert (lodz["owed"], lodz["overdue"], lodz["days_late"], lodz["level"]) == (1234, 1234, 3, 1)
    assert lodz["average_days_late"] == 5
    assert len(owing.json("debt list --overdue --today 2026-03-15")) == 1
    assert [row["client"] for row in owing.json("debt list --sort -owed --where currency=JPY")] == ["Łódź"]
    owing("config set debt.levels 5,90")
    assert [row["level"] for row in owing.json("debt list")] == [1, 0]
    owing("config set debt.levels 9,5")
    assert "rise" in owing("debt list", exit=2).err


def status(kam, number: int = 1, today: str = "2026-03-18") -> str:
    rows = kam.json(f"debt promises --status all --today {today}")
    return next(row["status"] for row in rows if row["id"] == number)


def test_a_promise_is_kept_by_payments_in_time(owing):
    owing("debt promise acme 50 --by 2026-03-20")
    assert status(owing) == "open" and status(owing, today="2026-03-21") == "broken"
    owing("payment add acme 20 --on 2026-03-18")
    assert owing.json("debt promises --status all")[0]["paid"] == 20
    owing("payment add acme 30 --on 2026-03-21 --today 2026-03-21")
    assert status(owing, today="2026-03-21") == "broken"
    owing("payment edit 6 --on 2026-03-20")
    assert status(owing, today="2026-03-21") == "kept"
    owing("undo --yes")
    assert status(owing, today="2026-03-21") == "broken"


def test_what_was_paid_before_a_promise_of_the_same_day_does_not_count(owing):
    owing("payment add acme 50")
    owing("debt promise acme 50 --by 2026-03-20")
    assert status(owing) == "open"
    owing("payment add acme 50")
    assert status(owing) == "kept"


def test_instalments_are_kept_one_after_the_other(owing):
    owing("debt promise acme 50 --by 2026-03-20")
    owing("debt promise acme 40 --by 2026-03-27")
    owing("payment add acme 50 --on 2026-03-19")
    assert (status(owing, 1), status(owing, 2)) == ("kept", "open")
    owing("payment add acme 40 --on 2026-03-28")
    assert status(owing, 2, "2026-03-28") == "broken"


def test_a_promise_for_an_invoice_counts_what_pays_that_one(owing):
    owing("debt promise acme 100 --by 2026-03-20 --invoice FV/2")
    owing("payment add acme 100 --invoice FV/1")
    assert status(owing) == "open"
    owing("payment add acme 100 --invoice FV/2")
    assert status(owing) == "kept"
    assert "is in EUR" in owing("debt promise acme 'USD 5' --by fri --invoice FV/2", exit=2).err
    assert "before the day" in owing("debt promise acme 5 --by 2026-03-01", exit=2).err


def test_broken_promises_and_overdue_debts_are_on_the_agenda(owing):
    def due(day: str) -> list[tuple]:
        return [(row["kind"], row["client"], row["section"]) for row in owing.json(f"today --today {day}")]

    assert due("2026-03-18") == [("debt", "Acme", "debt"), ("debt", "Łódź", "debt")]
    owing("debt promise acme 50 --by 2026-03-20")
    assert due("2026-03-18") == [("debt", "Łódź", "debt"), ("promise", "Acme", "next")]
    assert due("2026-03-21") == [("debt", "Łódź", "debt"), ("promise", "Acme", "debt")]
    owing("debt remind lodz --print")
    assert due("2026-03-18") == [("promise", "Acme", "next")]
    assert due("2026-03-25")[0] == ("debt", "Łódź", "debt")
    owing("payment add acme 50")
    assert ("promise", "Acme", "debt") not in due("2026-03-21") and ("debt", "Acme", "debt") in due(
        "2026-03-21"
    )
    owing("client archive acme --yes")
    assert [row[1] for row in due("2026-03-26")] == ["Łódź"]
    owing("payment add lodz 'JPY 1234'")
    assert due("2026-03-26") == []


def test_a_reminder_is_printed_and_logged(owing):
    dry = owing("debt remind acme --dry-run")
    assert "Subject: Last reminder: 70.00 EUR" in dry.out and "FV/1" in dry.out and "FV/2" not in dry.out
    assert owing.json("log list") == []
    owing("terms set acme --language pl")
    told = owing("debt remind acme --level 1 --print")
    assert told.out.startswith(
        "To: buy@acme.example\nSubject: Przypomnienie o płatności: 70.00 EUR\n\nSzanowni"
    )
    logged = owing.json("log list")[0]
    assert (logged["kind"], logged["direction"]) == ("letter", "out") and "level 1" in logged["text"]
    page = owing.json("debt show acme")
    assert [(one["level"], one["language"], one["sent_on"]) for one in page["letters"]] == [
        (1, "pl", "2026-03-18")
    ]
    assert owing.json("debt list")[0]["last_level"] == 1
    owing("undo --yes")
    assert owing.json("debt show acme")["letters"] == [] == owing.json("log list")
    owing("client add Globex")
    assert "nothing of Globex is overdue" in owing("debt remind globex", exit=1).err
    assert "no text in the language" in owing("debt remind acme --language fr", exit=2).err
    owing("debt remind acme --send --print", exit=2)


def test_a_reminder_is_mailed(owing, tmp_path, monkeypatch):
    assert "mail.from" in owing("debt remind acme --send", exit=2).err
    owing("config set mail.from ewa@lis.example")
    program = tmp_path / "sendmail"
    program.write_text(f"#!/bin/sh\ncat >{tmp_path}/mail\n")
    program.chmod(0o755)
    owing(f"config set mail.sendmail {program}")
    told = owing("debt remind acme --send")
    assert "mailed to buy@acme.example, logged as #1" in told.out
    mail = (tmp_path / "mail").read_text()
    assert "To: buy@acme.example" in mail and "From: ewa@lis.example" in mail and "FV/1" in mail
    program.write_text("#!/bin/sh\nexit 75\n")
    owing("debt remind acme --send", exit=1)
    assert len(owing.json("log list")) == 1
    assert "--to ADDRESS" in owing("debt remind lodz --send", exit=2).err


def test_texts_of_ones_own(owing, tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "debt-3.en.txt").write_text(
        "Subject: Pay {total}, {client}\n\nNow:\n{invoices}\n{seller}\n", encoding="utf-8"
    )
    told = owing("debt remind acme --dry-run").out
    assert "Subject: Pay 70.00 EUR, Acme" in told and "Now:\n  FV/1" in told
    (folder / "debt-3.en.txt").write_text("Subject: Pay {sum}\n")
    assert "'{sum}'" in owing("debt remind acme --dry-run", exit=2).err
    (folder / "debt-3.en.txt").write_text("no subject\n")
    assert "Subject:" in owing("debt remind acme --dry-run", exit=2).err


@pytest.mark.parametrize("language", texts.TEXTS)
def test_every_built_in_text_has_its_places(language):
    values = {name: f"<{name}>" for name in PLACES}
    assert len(texts.TEXTS[language]) == 3 and language in texts.WORDS
    for subject, text in texts.TEXTS[language]:
        filled = _filled(text, values)
        assert "<total>" in _filled(subject, values) and "{" not in filled
        assert all(
            place in filled for place in ("<invoices>", "<total>", "<pay_by>", "<seller>", "<contact>")
        )
        assert max(map(len, text.split("\n"))) < 110


def test_the_money_is_on_the_page_of_a_client(owing):
    owing("terms set acme --pay 30d --limit 10k")
    owing("debt promise acme 50 --by 2026-03-20")
    page = owing("client show acme").out
    for part in (
        "270.00 EUR",
        "70.00 EUR, the oldest by 62 days",
        "50.00 EUR by 2026-03-20",
        "30 days to pay, limit 10 000.00 EUR",
    ):
        assert part in page
    data = owing.json("client show acme")
    assert data["owed"][0]["overdue"] == 70 and data["promises"][0]["status"] == "open"


def test_how_a_client_pays_is_known_to_others(owing):
    from kam_cli.domains.invoices import store

    owing("debt promise lodz 'JPY 5' --by 2026-03-10 --on 2026-03-05")
    book = owing.book()
    lodz = store.behaviour(book, 2, "2026-03-18")
    assert lodz == {
        "average_days_late": 5, "promises": 1, "broken_promises": 1, "overdue": {"JPY": 1234}, "oldest_days": 3,
    }  # fmt: skip
    assert store.open_of(book, 1, "EUR") == 27000 and store.open_of(book, 1, "USD") == 0
    assert store.behaviour(book, 1, "2026-01-02")["overdue"] == {}
    book.close()


def test_promises_change_and_go(owing):
    owing("contact add acme Jana Nováková")
    owing("debt promise acme 50 --by fri --with jana --note 'by phone'")
    row = owing.json("debt edit 1 --by 2026-03-25 --amount 60")
    assert (row["due_on"], row["amount"], row["contact"]) == ("2026-03-25", 60, "Jana Nováková")
    owing("debt remove 1")
    assert owing.json("debt promises") == []
    assert datetime.date.fromisoformat(row["due_on"])
