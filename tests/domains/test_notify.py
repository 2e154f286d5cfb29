"""A reminder arrives exactly as it was written: through a real SMTP server, sendmail, and notify-send."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import socket
import ssl
import subprocess
import threading
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_server import PASSWORD, MailServer

from kam_cli.domains.reminders import notify, programs
from kam_cli.domains.reminders.notify import check_address, compose, deliver
from kam_cli.errors import BadValue, KamError
from kam_cli.text import safe

SUBJECT = "kam: 3 sprawy na dziś, zażółć gęślą jaźń, ואחרי הצהריים פגישה עם בע״מ דוגמה ועוד הרבה"
LINES = [
    "1  call   Łódzkie Młyny  +48 601 234 567",
    "2  wizyta אקמה בע״מ, מחר ב־15:00",
    ".",
    "From here on: 100 % <b>bold</b> & \\n",
    "",
    "x" * 2000,
]
TO = "Ewa Łącka <ewa@example.com>"


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def check(data: bytes, line_end: bytes) -> None:
    """The mail of these tests, as any mail program reads it."""
    assert data.isascii() and max(map(len, data.split(line_end))) <= 76
    assert data.replace(line_end, b"").count(b"\n") == 0
    message = read(data)
    assert message["Subject"] == SUBJECT
    assert message.get_content().replace("\r\n", "\n") == "\n".join(LINES) + "\n"
    assert message["To"].addresses[0].display_name == "Ewa Łącka"
    assert message["From"] == "kam@example.com"
    assert abs((datetime.now().astimezone() - message["Date"].datetime).total_seconds()) < 3600
    assert message["Message-ID"].endswith("@example.com>")


def smtp(server: MailServer, **more: Any) -> dict[str, Any]:
    base = {"mail.smtp_host": "127.0.0.1", "mail.smtp_port": server.port, "mail.smtp_security": "none"}
    return {
        **base,
        "mail.to": TO,
        "mail.from": "kam@example.com",
        **{f"mail.{k}": v for k, v in more.items()},
    }


def refusal(settings: dict[str, Any], to: str | None = None, channel: str = "mail") -> str:
    with pytest.raises(KamError) as error:
        deliver(channel, "due", ["a"], settings, to)
    message = str(error.value)
    assert "\n" not in message and PASSWORD not in message
    return message


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes a shell script under a name and gives its path; only such are on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name: str, script: str) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\ncd '{tmp_path}'\n{script}\n")
        path.chmod(0o700)
        return path

    return write


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file with key and certificate of ``localhost``, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl program: apt-get install openssl")
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *kind, *subject, "-keyout", path, "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    with path.open("a") as file:
        file.write(Path(f"{path}.crt").read_text())
    return path


# SMTP


def test_a_mail_through_a_server_arrives_exactly() -> None:
    with MailServer() as server:
        deliver("mail", SUBJECT, LINES, smtp(server))
    [envelope] = server.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("kam@example.com", ["ewa@example.com"])
    check(envelope.content, b"\r\n")


def test_the_address_given_goes_before_the_one_that_is_set() -> None:
    with MailServer() as server:
        settings = {**smtp(server), "mail.from": ""}
        deliver("mail", "due", ["a"], settings, "jan@example.com")
    [envelope] = server.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("jan@example.com", ["jan@example.com"])


def test_a_refused_receiver_is_told() -> None:
    with MailServer() as server:
        told = refusal(smtp(server), "nobody@example.com")
    assert "refused 'nobody@example.com': 550 5.1.1 no such person" in told
    assert server.received == []


def test_a_mail_that_is_too_big_is_told() -> None:
    with MailServer(data_size_limit=100) as server:
        assert "552" in refusal(smtp(server))


def test_where_no_server_listens_it_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = refusal({"mail.smtp_host": "127.0.0.1", "mail.smtp_port": port, "mail.to": TO})
    assert f"127.0.0.1:{port}" in told and "Connection refused" in told


def test_a_server_that_hangs_up_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: listener.accept()[0].close())
        thread.start()
        settings = {"mail.smtp_host": "127.0.0.1", "mail.smtp_port": listener.getsockname()[1], "mail.to": TO}
        assert "took no mail" in refusal(settings)
        thread.join()


def test_an_impossible_host_name_is_told() -> None:
    assert "took no mail" in refusal({"mail.smtp_host": "a..b", "mail.to": TO})


@pytest.mark.parametrize("security", ["starttls", "ssl"])
@pytest.mark.parametrize("source", ["environment", "command"])
def test_it_logs_in_over_an_encrypted_line(
    security: str, source: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    options: dict[str, Any] = (
        {"tls": context, "auth_require_tls": False}
        if security == "ssl"
        else {"tls_context": context, "require_starttls": True, "auth_required": True}
    )
    more = {"smtp_host": "localhost", "smtp_user": "ewa", "smtp_security": security}
    if source == "command":
        monkeypatch.delenv("KAM_SMTP_PASSWORD", raising=False)
        more["password_command"] = f"echo '{PASSWORD}' | cat; echo 'login: ewa'"
    else:
        monkeypatch.setenv("KAM_SMTP_PASSWORD", PASSWORD)
    with MailServer(**options) as server:
        deliver("mail", SUBJECT, LINES, smtp(server, **more))
    assert server.logins == ["ewa"]
    check(server.received[0].content, b"\r\n")


def test_an_unknown_certificate_is_refused(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with MailServer(tls_context=context) as server:
        assert "certificate" in refusal(smtp(server, smtp_security="starttls"))
    assert server.received == []


def test_without_encryption_on_offer_nothing_is_sent() -> None:
    with MailServer() as server:
        assert "STARTTLS" in refusal(smtp(server, smtp_security="starttls"))
    assert server.received == []


def test_a_wrong_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAM_SMTP_PASSWORD", "wrong-one")
    with MailServer(auth_require_tls=False) as server:
        told = refusal(smtp(server, smtp_user="ewa"))
    assert "535" in told and "wrong-one" not in told


@pytest.mark.parametrize(
    ("more", "password", "told"),
    [
        ({}, "", "set mail.password_command or KAM_SMTP_PASSWORD"),
        (
            {"password_command": "echo no key >&2; exit 2"},
            "",
            "mail.password_command failed with exit code 2: no key",
        ),
        ({"password_command": ":"}, "", "no password for 'ewa'"),
        ({}, "hasło", "not plain ASCII"),
        ({"smtp_host": "mail.example.com"}, "x", "in clear"),
        ({"smtp_security": "tls"}, "x", "starttls, ssl or none"),
    ],
)
def test_a_login_that_cannot_be_is_told(
    more: dict[str, str], password: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAM_SMTP_PASSWORD", password)
    message = refusal(smtp(MailServer(), smtp_user="ewa", **more))
    assert told in message and "hasło" not in message


# sendmail


def test_a_mail_through_sendmail_arrives_exactly(program, tmp_path: Path) -> None:
    fake = program("sendmail", "printf '%s\\n' \"$@\" >args; cat >mail")
    for settings in ({}, {"mail.sendmail": str(fake)}):
        deliver("mail", SUBJECT, LINES, {"mail.to": TO, "mail.from": "kam@example.com", **settings})
        assert sorted((tmp_path / "args").read_text().split()) == ["-i", "-t"]
        check((tmp_path / "mail").read_bytes(), b"\n")
        (tmp_path / "mail").unlink()


def test_a_failing_sendmail_is_told(program) -> None:
    fake = program("sendmail", "echo 'queue is full' >&2; echo 'try later' >&2; exit 75")
    assert refusal({"mail.to": TO}) == f"{fake} failed with exit code 75: queue is full; try later"


def test_what_sendmail_leaves_running_is_not_waited_for(program, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    program("sendmail", "cat >/dev/null; cat gate & echo $! >pid")
    deliver("mail", "due", ["a"], {"mail.to": TO})
    (tmp_path / "gate").write_text("go")


def test_a_sendmail_that_hangs_is_given_up(program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_SECONDS", 0.2)
    os.mkfifo(tmp_path / "gate")
    program("sendmail", "exec cat gate")
    assert "did not finish within 0.2 seconds" in refusal({"mail.to": TO})


def test_a_program_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "sendmail"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o700)
    assert "cannot run" in refusal({"mail.to": TO, "mail.sendmail": str(broken)})


def test_without_sendmail_it_says_what_to_do(program) -> None:
    told = refusal({"mail.to": TO, "mail.sendmail": "/nowhere/sendmail"})
    assert "'/nowhere/sendmail'" in told and "apt-get install" in told and "mail.smtp_host" in told


# Addresses and headers


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("ewa@example.com", "", "ewa@example.com"),
        (" Ewa Łącka <ewa+kam@mail.example.com> ", "Ewa Łącka", "ewa+kam@mail.example.com"),
        ('"Łącka, Ewa" <e.l@example.com>', "Łącka, Ewa", "e.l@example.com"),
        ("<e_l@example.com>", "", "e_l@example.com"),
        ("root", "", "root"),
    ],
)
def test_an_address_is_read(text: str, name: str, address: str) -> None:
    assert check_address(text, "--to") == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        *["ewa@example.com\nBcc: all@example.com", "Ewa\r\nBcc: x <ewa@example.com>\nX: y", "a@b.pl, c@d.pl"],
        *[
            "a@b.pl, C <c@d.pl>",
            "-oQ/tmp@b.pl",
            "łoś@b.pl",
            "a@łoś.pl",
            "a b",
            "a@b@c",
            "<a@b",
            "a@b>",
            "@b.pl",
            "a@",
        ],
    ],
)
def test_another_address_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadValue, match=r"^--to: .*ewa@example.com$"):
        deliver("mail", "due", ["a"], {}, text)
    with pytest.raises(BadValue, match=r"^mail.from: "):
        deliver("mail", "due", ["a"], {"mail.from": text}, "a@b.pl")


def test_without_an_address_it_says_how_to_give_one() -> None:
    with pytest.raises(BadValue, match="--to ADDRESS"):
        deliver("mail", "due", ["a"], {"mail.to": ""})


def test_line_breaks_in_the_text_cannot_become_headers(program, tmp_path: Path) -> None:
    program("sendmail", "cat >mail")
    breaks = "\n", "\r\n", "\r", "\x85", "\u2028", "\x1c", "\0"
    for line_break in breaks:
        subject = f"due{line_break}Bcc: all@example.com{line_break}{line_break}body"
        deliver(
            "mail", subject, [f"a{line_break}.{line_break}b"], {"mail.to": f"E{line_break.strip()}E <e@x.pl>"}
        )
        message = read((tmp_path / "mail").read_bytes())
        assert "Bcc" not in message and message["Subject"].startswith("due")
        assert len(message.get_content().splitlines()) == 1


words = st.lists(
    st.sampled_from(["kam:", "Łódź", "שלום", "a" * 90, "ż" * 60, "ש" * 90, '"q"', "a@b.pl,", "😀", "(x"])
)
subjects = st.text() | words.map(" ".join)


@given(subjects, st.text(st.characters(exclude_characters='"<>@')))
def test_any_subject_and_name_arrive(subject: str, name: str) -> None:
    subject, name = (" ".join(safe(text).split()) for text in (subject, name))
    person = check_address(f'"{name}" <ewa@example.com>', "--to")
    data = compose(subject, ["Łódź"], person, person).as_bytes()
    message = read(data)
    assert data.isascii() and message.get_content() == "Łódź\n"
    assert message["Subject"] == subject
    for field in ("From", "To"):
        [address] = message[field].addresses
        assert (address.display_name, address.addr_spec) == (name, "ewa@example.com")


# The desktop


def test_a_note_on_the_desktop(program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program("notify-send", "printf '%s\\0' \"$@\" >args; env >env")
    monkeypatch.setattr(notify, "_RUNTIME", str(tmp_path))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    deliver("desktop", "3 due\nשלום", ["<b>Łódź</b> & \\n", "מחר"], {})
    *options, dashes, subject, body, end = (tmp_path / "args").read_text().split("\0")
    assert (dashes, subject, end) == ("--", "3 due שלום", "") and all(o.startswith("--") for o in options)
    # As notify-send reads it: C escapes first, then markup.
    assert body == "&lt;b&gt;Łódź&lt;/b&gt; &amp; \\\\n\nמחר"
    env = (tmp_path / "env").read_text().split("\n")
    assert "LC_ALL=C.UTF-8" in env and not any(row.startswith("DBUS_SESSION_BUS_ADDRESS") for row in env)


def test_under_cron_the_bus_of_the_session_is_found(
    program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("notify-send", 'printf %s "$DBUS_SESSION_BUS_ADDRESS" >bus')
    bus = tmp_path / str(os.getuid()) / "bus"
    bus.parent.mkdir()
    bus.write_text("")
    monkeypatch.setattr(notify, "_RUNTIME", str(tmp_path))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    deliver("desktop", "due", ["a"], {})
    assert (tmp_path / "bus").read_text() == f"unix:path={bus}"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/mine")
    deliver("desktop", "due", ["a"], {})
    assert (tmp_path / "bus").read_text() == "unix:path=/mine"


def test_a_long_note_is_cut_and_says_so(program, tmp_path: Path) -> None:
    program("notify-send", 'for last; do :; done; printf %s "$last" >body')
    deliver("desktop", "due", ["x" * 500, *(f"line {n}" for n in range(2, 26))], {})
    shown = (tmp_path / "body").read_text().split("\n")
    assert len(shown) == 10 and shown[-1] == "… and 16 more"
    assert len(shown[0]) == 120 and shown[0].endswith("x…")
    deliver("desktop", "due", [f"line {n}" for n in range(1, 11)], {})
    assert (tmp_path / "body").read_text().endswith("line 10")


def test_a_failing_notify_send_is_told(program) -> None:
    program("notify-send", "echo 'Cannot autolaunch D-Bus' >&2; exit 1")
    assert refusal({}, channel="desktop") == "notify-send failed with exit code 1: Cannot autolaunch D-Bus"


def test_without_notify_send_it_says_what_to_install(program) -> None:
    assert "apt-get install libnotify-bin" in refusal({}, channel="desktop")


def test_another_channel_is_refused() -> None:
    assert "'pigeon'" in refusal({}, channel="pigeon")
