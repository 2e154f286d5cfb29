"""Mail becomes interactions: who wrote to whom, when, and what he said himself; once, whatever file it is in."""

from __future__ import annotations

import mailbox
import random
from email.message import EmailMessage

import pytest

from dump import dump
from kam_cli.formats.mail import read_mail, said


def message(
    sender: str, *to: str, subject: str = "Offer", text: str = "Hello", key: str = "", date: str = ""
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ", ".join(to), subject
    mail["Date"] = date or "Tue, 3 Mar 2026 10:30:00 +0100"
    if key:
        mail["Message-ID"] = f"<{key}>"
    mail.set_content(text)
    return mail


@pytest.fixture
def people(kam):
    kam("client add Łódź Bakery --email office@bakery.example")
    kam("client add Globex --email info@globex.example")
    kam("contact add lodz Ewa Żak --email ewa@bakery.example")
    return kam


def logged(kam):
    columns = ("client", "contact", "kind", "direction", "occurred_at", "text")
    return [tuple(row[name] for name in columns) for row in kam.json("log list --sort id")]


def test_both_directions_and_the_person(people, tmp_path):
    mails = [
        message("Ewa <EWA@bakery.example>", "me@lis.example", subject="Zażółć", text="Price?\n", key="1@x"),
        message("me@lis.example", "office@bakery.example", text="Here.", key="2@x", date="Wed, 4 Mar 2026 09:00:00 +0000"),
        message("stranger@else.example", "me@lis.example", key="3@x"),
    ]  # fmt: skip
    for number, mail in enumerate(mails):
        (tmp_path / f"{number}.eml").write_bytes(bytes(mail))
    result = people(["import", str(tmp_path), "--json"]).json
    assert (result["read"], result["created"], result["skipped"], result["noun"]) == (3, 2, 1, "interactions")
    assert logged(people) == [
        ("Łódź Bakery", "Ewa Żak", "email", "in", "2026-03-03T09:30:00Z", "Zażółć\nPrice?"),
        ("Łódź Bakery", None, "email", "out", "2026-03-04T09:00:00Z", "Offer\nHere."),
    ]
    assert people.json("client list --sort id")[0]["last_contact_at"] == "2026-03-04T09:00:00Z"
    assert people(["import", str(tmp_path), "--json"]).json["created"] == 0
    people("undo --yes")
    assert logged(people) == []


def test_the_owner_is_known_by_his_address(people, tmp_path):
    people("config set mail.from info@globex.example")
    (tmp_path / "a.eml").write_bytes(bytes(message("info@globex.example", "ewa@bakery.example")))
    people(["import", str(tmp_path / "a.eml"), "-q"])
    assert [row[:4:3] for row in logged(people)] == [("Globex", "out"), ("Łódź Bakery", "out")]


def test_mbox_maildir_and_stdin_give_the_same_once(people, tmp_path):
    mails = [
        message("ewa@bakery.example", "me@lis.example", text=f"From here\n{n}", key=f"{n}@x")
        for n in range(3)
    ]
    box, folder = mailbox.mbox(tmp_path / "box"), mailbox.Maildir(tmp_path / "dir")
    for mail in mails:
        box.add(mail)
        folder.add(mail)
    box.close()
    assert people(["import", str(tmp_path / "box"), "--json"]).json["created"] == 3
    assert [row[5] for row in logged(people)] == [f"Offer\nFrom here\n{n}" for n in range(3)]
    assert people(["import", str(tmp_path / "dir"), "--json"]).json["created"] == 0
    known = people(["import", "-", "--json"], input=bytes(mails[1])).json
    assert (known["read"], known["skipped"]) == (1, 1)


def test_a_mail_to_two_clients_is_logged_with_both(people, tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message("me@lis.example", "ewa@bakery.example", "info@globex.example", key="1@x")))
    assert people(["import", str(path), "--json"]).json["created"] == 2
    assert [row[:2] for row in logged(people)] == [("Łódź Bakery", "Ewa Żak"), ("Globex", None)]
    assert people(["import", str(path), "--json"]).json["created"] == 0


def test_an_address_of_two_clients_is_no_proof(people, tmp_path):
    people("client add Other --email office@bakery.example --force")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message("office@bakery.example", "me@lis.example")))
    result = people(["import", str(path), "--json"]).json
    assert (result["created"], result["skipped"]) == (0, 1) and "several" in next(iter(result["left_out"]))


def test_a_message_without_an_id_or_a_date(people, tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message("ewa@bakery.example", "me@lis.example")))
    assert people(["import", str(path), "--json"]).json["created"] == 1
    assert people(["import", str(path), "--json"]).json["created"] == 0
    path.write_text("From: ewa@bakery.example\nTo: me@lis.example\nSubject: when?\n\nNow\n")
    result = people(["import", str(path), "--json"], exit=1)
    assert result.json["errors"][0]["message"] == "occurred_at is missing" and "message 1" in result.err
    path.write_text(
        "Received: by x; Mon, 2 Feb 2026 10:00:00 +0000\nFrom: ewa@bakery.example\nTo: me@lis.example\n\nNow\n"
    )
    people(["import", str(path)])
    assert logged(people)[-1][4] == "2026-02-02T10:00:00Z"


def test_only_the_first_lines_unless_asked(people, tmp_path):
    long = "\n".join(f"line {n}" for n in range(40))
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message("ewa@bakery.example", "me@lis.example", text=long, key="1@x")))
    people(["import", str(path), "-q"])
    assert logged(people)[0][5].endswith("line 11\n…")
    people(["import", str(path), "--whole", "--update", "-q"])
    assert logged(people)[0][5].endswith("line 39")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\nOn Tue, Mar 3, 2026 at 1:00 PM Ewa <e@x.example> wrote:\n> Price?", "Yes."),
        ("Ja.\n\nAm 3.3.2026 um 13:00 schrieb Ewa:\n> Preis?", "Ja."),
        ("Tak.\n\nW dniu 3.03.2026 o 13:00, Ewa pisze:\n> Cena?", "Tak."),
        ("Yes.\n-- \nJan Nowak\nLtd", "Yes."),
        ("Yes.\n-----Original Message-----\nFrom: x", "Yes."),
        ("> Price?\nYes.\n> When?\nToday.", "Yes.\nToday."),
        ("On one thing I wrote:\nyes", "On one thing I wrote:\nyes"),
        ("> only a quotation", "> only a quotation"),
    ],
)
def test_what_the_writer_said_himself(text, own):
    assert said(text) == own


def test_real_replies(shared):
    texts = {path.name: path.read_text() for path in (shared / "email" / "replies").glob("*.txt")}
    assert said(texts["email_gmail.txt"]).splitlines() == [
        "This is a test for inbox replying to a github message."
    ]
    assert "Riak bucket" in said(texts["email_1_1.txt"])
    assert said(texts["email_2_1.txt"]) == "Outlook with a reply"
    assert "> " not in said(texts["email_1_2.txt"])
    assert said(texts["email_one_is_not_on.txt"]).endswith("when I run...")


def test_real_messages(shared, kam):
    """Whatever a message is made of, those of known people come in and the others are counted."""
    kam("client add Python --email barry@python.org")
    kam("client add Dingus --email cravindogs@cravindogs.com")
    made = {}
    for path in sorted((shared / "email" / "cpython").glob("*.eml")):
        made[path.stem] = kam(["import", str(path), "--json"]).json["created"]
    # 07 and 17 are the same message, but for its picture.
    assert {name: count for name, count in made.items() if count} == {"msg_04": 1, "msg_07": 1, "msg_10": 2}
    assert len(made) == 13


def test_html_alone_and_strange_encodings():
    html = b"From: a@x.example\nTo: b@x.example\nDate: Tue, 3 Mar 2026 10:30:00 +0100\nContent-Type: text/html; charset=nonsense\n"
    mail = read_mail(
        html
        + b"Subject: =?koi8-r?B?8NLJ18XU?= =?x?Q?y?=\n\n<style>p{}</style><p>Hi&nbsp;there</p><br>you\x00\xff"
    )
    assert mail.subject.startswith("Привет") and mail.text.startswith("Hi there\n") and "\0" not in mail.text


def test_mutated_messages_end_well(people, tmp_path, shared):
    """No traceback and no half import, whatever becomes of a message."""
    dice = random.Random(6)
    files = [path.read_bytes() for path in sorted((shared / "email" / "cpython").glob("*.eml"))]
    path = tmp_path / "m.eml"
    for _ in range(120):
        data = bytearray(dice.choice(files)[: dice.randrange(20, 3000)])
        for _ in range(dice.randrange(12)):
            place = dice.randrange(len(data))
            data[place : place + dice.randrange(3)] = dice.choice(
                (b"\0", b"\xff", b"\n\n", b"=?", b"From ", b"\r", b"<", b'"', b"")
            )
        path.write_bytes(bytes(data))
        before = dump(people.book())
        argv = ["import", str(path), "--as", "interactions", "--json"]
        codes = (0, 1, 2)
        for code in codes:
            try:
                result = people(argv, exit=code)
                break
            except AssertionError:
                if code == codes[-1]:
                    raise
        assert "Traceback" not in result.err and "mistake" not in result.err
        assert dump(people.book()) == before or result.json["created"]
