"""Delivers a reminder to where its reader is: as a mail, or as a note on the desktop."""

from __future__ import annotations

import os

from kam_cli.domains.reminders.programs import failure, find, one_line, run
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage
    from typing import Any, Protocol

    class Settings(Protocol):
        """A mapping, or kam's own settings."""

        def get(self, key: str, /) -> Any: ...


CHANNELS = ("stdout", "desktop", "mail")

_PLAIN_SUBJECT = 66
_SMTP_SECONDS = 20
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What most desktops show before they cut it themselves.
_DESKTOP_LINES = 10
_DESKTOP_CHARS = 120
_RUNTIME = "/run/user"


def deliver(
    channel: str, subject: str, body_lines: Sequence[str], settings: Settings, to: str | None = None
) -> None:
    """Send the lines under the subject through ``mail`` or ``desktop``; ``stdout`` is the caller's.

    Settings: ``mail.to`` (``to`` goes before it), ``mail.from``, ``mail.sendmail``, and for SMTP
    ``mail.smtp_host``, ``mail.smtp_port``, ``mail.smtp_user``, ``mail.smtp_security`` (starttls, ssl or
    none), ``mail.password_command``. Returns once the next in line has taken it over. Raises BadValue for
    an unreadable address or setting, KamError where it was not taken.
    """
    from kam_cli.text import safe

    subject = " ".join(safe(subject).split())
    lines = [safe(line) for line in body_lines]
    if channel == "desktop":
        _desktop(subject, lines)
    elif channel == "mail":
        _mail(subject, lines, settings, to)
    else:
        raise BadValue(f"nothing is delivered through {channel!r}: write desktop or mail")


def _mail(subject: str, lines: Sequence[str], settings: Settings, to: str | None) -> None:
    given = to or settings.get("mail.to")
    if not given:
        raise BadValue("nobody to mail to: write --to ADDRESS, or set it: kam config set mail.to ADDRESS")
    receiver = check_address(given, "--to" if to else "mail.to")
    sender = settings.get("mail.from")
    message = compose(subject, lines, check_address(sender, "mail.from") if sender else receiver, receiver)
    # No answering machine shall answer it.
    message["Auto-Submitted"] = "auto-generated"
    post(message, settings)


def post(message: EmailMessage, settings: Settings) -> None:
    """Give a message to the mail server of the settings, or to sendmail. Raises BadValue and KamError as `deliver`."""
    if settings.get("mail.smtp_host"):
        _smtp(message, settings)
    else:
        _sendmail(message, settings.get("mail.sendmail"))


def check_address(text: str, field: str) -> tuple[str, str]:
    """Name and address of ``ewa@firma.pl``, ``Ewa Łącka <ewa@firma.pl>``, or a user of this machine.

    Raises BadValue, naming the field, for anything else: several addresses, a line break, other letters.
    """
    import re

    from kam_cli.text import safe

    pattern = r"""(?:"?([^"<>@]*?)"?\s*<)?((?!-)[\w.!#$%&'*+/=?^`{|}~-]+(?:@[\w.-]+)?)(?(1)>)"""
    found = re.fullmatch(pattern, text.strip(), re.ASCII)
    if not found:
        raise BadValue(f"{field}: {text!r} is not one e-mail address in plain letters: write ewa@example.com")
    return safe(found[1] or ""), found[2]


def compose(subject: str, lines: Sequence[str], sender: tuple[str, str], to: tuple[str, str]) -> EmailMessage:
    """The message in UTF-8, encoded so that no mail server on the way has to know 8 bits.

    Subject and lines are without line breaks; sender and receiver are as ``check_address`` gives them.
    """
    from email.contentmanager import raw_data_manager
    from email.header import Header
    from email.message import EmailMessage
    from email.policy import compat32
    from email.utils import format_datetime, formataddr, localtime, make_msgid

    # The newer policies lose spaces where they fold a long subject in Hebrew or Polish (Python 3.11); encoded
    # as a whole it keeps them. What fits on the line stays readable.
    message = EmailMessage(compat32.clone(cte_type="7bit", max_line_length=76))
    plain = subject.isascii() and len(subject) <= _PLAIN_SUBJECT
    message["From"] = formataddr(sender)
    message["To"] = formataddr(to)
    message["Subject"] = Header(subject, "us-ascii" if plain else "utf-8", header_name="Subject")
    message["Date"] = format_datetime(localtime())
    # The name of this machine is not asked for: that may wait for a name server.
    message["Message-ID"] = make_msgid(domain=sender[1].partition("@")[2] or "localhost")
    message.set_content("\n".join(lines) + "\n", content_manager=raw_data_manager)
    return message


def _sendmail(message: EmailMessage, setting: str | None) -> None:
    # cron's PATH has neither of the two folders in which it lies.
    program = find(setting or "sendmail", "/usr/sbin:/usr/lib")
    if not program:
        missing = f"mail.sendmail is no program: {setting!r}" if setting else "there is no sendmail program"
        raise KamError(
            f"{missing}. Install one (on Debian: apt-get install msmtp-mta), or name a server:"
            " kam config set mail.smtp_host HOST"
        )
    ran = run([program, "-t", "-i"], message.as_bytes())
    if ran.code:
        raise failure(program, ran)


def _smtp(message: EmailMessage, settings: Settings) -> None:
    import smtplib

    host = settings.get("mail.smtp_host")
    security = settings.get("mail.smtp_security") or "starttls"
    if security not in _PORTS:
        raise BadValue(f"mail.smtp_security is {security!r}: set it to starttls, ssl or none")
    port = settings.get("mail.smtp_port") or _PORTS[security]
    user = settings.get("mail.smtp_user") or ""
    if user and security == "none" and host not in _LOOPBACK:
        raise KamError(
            f"the password for {host} would be sent in clear: set mail.smtp_security to starttls or ssl"
        )
    password = _password(user, settings.get("mail.password_command")) if user else ""
    where = f"the mail server {host}:{port} ({security})"
    try:
        _hand_over(message, host, port, security, user, password)
    except smtplib.SMTPRecipientsRefused as error:
        [(address, (code, reason))] = error.recipients.items()
        raise KamError(f"{where} refused {address!r}: {code} {one_line(reason)}") from None
    except smtplib.SMTPResponseException as error:
        raise KamError(f"{where} refused: {error.smtp_code} {one_line(error.smtp_error)}") from None
    except (OSError, UnicodeError) as error:
        trouble = one_line(getattr(error, "strerror", None) or str(error))
        raise KamError(f"{where} took no mail: {trouble}. Its settings: kam config list") from None


def _hand_over(message: EmailMessage, host: str, port: int, security: str, user: str, password: str) -> None:
    import smtplib
    import ssl
    from contextlib import closing, suppress
    from email.utils import parseaddr

    sender, to = (parseaddr(message[name])[1] for name in ("From", "To"))
    server = (
        smtplib.SMTP_SSL(host, port, timeout=_SMTP_SECONDS, context=ssl.create_default_context())
        if security == "ssl"
        else smtplib.SMTP(host, port, timeout=_SMTP_SECONDS)
    )
    with closing(server):
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if user:
            server.login(user, password)
        server.sendmail(sender, to, message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
        # It is theirs by now: to fail over the goodbye would have it sent twice.
        with suppress(OSError):
            server.quit()


def _password(user: str, command: str | None) -> str:
    """From the environment, else the first line that the command prints: never from a command line."""
    password = os.environ.get("KAM_SMTP_PASSWORD", "")
    if not password and command:
        ran = run(["/bin/sh", "-c", command])
        if ran.code:
            raise failure("mail.password_command", ran)
        password = ran.out.decode(errors="replace").split("\n")[0].rstrip("\r")
    if not password:
        raise KamError(f"no password for {user!r}: set mail.password_command or KAM_SMTP_PASSWORD")
    if not (user + password).isascii():
        # Said here, since the library's error would show a piece of the password.
        raise KamError(
            f"the login {user!r} or its password is not plain ASCII, and SMTP carries nothing else"
        )
    return password


def _desktop(subject: str, lines: Sequence[str]) -> None:
    program = find("notify-send")
    if not program:
        raise KamError("there is no notify-send: install it (on Debian: apt-get install libnotify-bin)")
    # It reads its arguments in the locale's encoding, and cron gives none.
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    bus = f"{_RUNTIME}/{os.getuid()}/bus"
    if not env.get("DBUS_SESSION_BUS_ADDRESS") and os.path.exists(bus):
        env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
    ran = run([program, "--app-name=kam", "--", subject, _desktop_body(lines)], env=env)
    if ran.code:
        raise failure("notify-send", ran)


def _desktop_body(lines: Sequence[str]) -> str:
    """At most ten lines, as notify-send reads them: with markup, and with the escapes of C."""
    from html import escape

    shown = [line if len(line) <= _DESKTOP_CHARS else line[: _DESKTOP_CHARS - 1] + "…" for line in lines]
    if len(shown) > _DESKTOP_LINES:
        shown[_DESKTOP_LINES - 1 :] = [f"… and {len(shown) - _DESKTOP_LINES + 1} more"]
    return escape("\n".join(shown), quote=False).replace("\\", "\\\\")
