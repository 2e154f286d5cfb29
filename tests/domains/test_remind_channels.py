"""`kam remind` by mail and on the desktop: sent once, and again only where it did not arrive."""

from __future__ import annotations

import os
from email import message_from_bytes
from email.policy import default

from mail_server import MailServer
from test_remind import at_two, due, lines, program

__all__ = ["at_two", "due"]


def test_a_mail_over_smtp(due):
    with MailServer() as server:
        for key, value in (
            ("smtp_host", "127.0.0.1"),
            ("smtp_port", server.port),
            ("smtp_security", "none"),
            ("to", "me@example.com"),
        ):
            due(f"config set mail.{key} {value}")
        for _ in range(2):
            assert due("remind --notify mail").out == ""
        assert len(server.received) == 1
        assert server.received[0].rcpt_tos == ["me@example.com"]
        mail = message_from_bytes(server.received[0].content, policy=default)
        assert mail["Subject"] == "kam: 2 things are due"
        assert mail.get_content().splitlines() == [
            "overdue since Mon 16 Mar: send the price list – Łódź Bakery → kam task done 1",
            "today: write the minutes → kam task done 2",
        ]
        due("task add 'third' --client bakery --due today")
        assert len(due.json("remind --notify mail --to 'Ewa <ewa@example.com>'")) == 1
        assert server.received[1].rcpt_tos == ["ewa@example.com"]
        assert (
            message_from_bytes(server.received[1].content, policy=default)["Subject"]
            == "kam: third – Łódź Bakery"
        )


def test_what_a_server_refused_is_sent_the_next_time(due):
    with MailServer() as server:
        for key, value in (("smtp_host", "127.0.0.1"), ("smtp_port", server.port), ("smtp_security", "none")):
            due(f"config set mail.{key} {value}")
        result = due("remind --notify mail --to nobody@example.com", exit=1)
        assert result.err.count("\n") == 1 and result.err.startswith("kam: ") and result.out == ""
        due("remind --notify mail --to ewa@example.com")
        assert len(server.received) == 1
    due("task add another --due today")
    assert due("remind --notify mail --to ewa@example.com", exit=1).err.count("\n") == 1  # the server is gone


def test_a_long_list_is_one_mail_and_the_rest_of_it_is_counted(at_two, tmp_path):
    at_two(f"config set mail.sendmail {program(tmp_path, 'sendmail')}")
    columns = ["uid", "title", "title_key", "due_on", "created_at", "updated_at"]
    with at_two.book().write(["test"]) as write:
        write.book.insert_many(
            "tasks", columns, [(f"u{n}", f"late {n}", "late", "2026-03-17", "", "") for n in range(620)]
        )
    at_two("remind --notify mail --to ewa@example.com")
    body = message_from_bytes((tmp_path / "stdin").read_bytes(), policy=default).get_content().splitlines()
    assert len(body) == 501 and body[-1] == "… and 120 more: kam today --all"
    at_two("remind --notify mail --to ewa@example.com")
    assert (tmp_path / "calls").read_text().count("\n") == 1
    assert len(lines(at_two)) == 620


def test_a_note_on_the_desktop(due, tmp_path, monkeypatch):
    program(tmp_path, "notify-send")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    due("remind --notify desktop")
    title, body = (tmp_path / "args").read_text().split("\0")[-3:-1]
    assert (
        title == "kam: 2 things are due"
        and body.splitlines()[1] == "today: write the minutes → kam task done 2"
    )
    due("remind --notify desktop")
    assert (tmp_path / "calls").read_text().count("\n") == 1


def test_a_desktop_that_fails_is_tried_again(due, tmp_path, monkeypatch):
    program(tmp_path, "notify-send", code=1)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for _ in range(2):
        assert "notify-send" in due("remind --notify desktop", exit=1).err
    assert (tmp_path / "calls").read_text().count("\n") == 2


def test_wrong_usage(due):
    assert "--to is an address for mail" in due("remind --to ewa@example.com", exit=2).err
    assert "--to" in due("remind --notify mail --to 'a b'", exit=2).err
    assert "nobody to mail to" in due("remind --notify mail", exit=2).err
    assert "stdout, desktop, mail" in due("remind --notify fax", exit=2).err
    assert len(lines(due)) == 2
