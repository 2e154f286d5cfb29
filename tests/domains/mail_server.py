"""A real mail server on the loopback interface, for tests."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

PASSWORD = "s3cret pass"


class MailServer:
    """Takes mail for everyone but ``nobody@…`` and logins with the password above; ``with`` it runs."""

    def __init__(self, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self.received: list[Envelope] = []
        self.logins: list[str] = []
        self.tls, self.options = tls, options
        self.port = 0

    def __enter__(self) -> MailServer:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.listener = asyncio.run_coroutine_threadsafe(
            self.loop.create_server(self._session, "127.0.0.1", 0, ssl=self.tls), self.loop
        ).result()
        self.port = self.listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _close(self) -> None:
        self.listener.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def _session(self) -> SMTP:
        return SMTP(self, loop=self.loop, hostname="localhost", authenticator=self._login, **self.options)

    def _login(self, _server: object, _session: object, _envelope: object, _how: str, who: Any) -> AuthResult:
        assert isinstance(who, LoginPassword)
        self.logins.append(who.login.decode())
        return AuthResult(success=who.password.decode() == PASSWORD, handled=False)

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 no such person\r\n here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        self.received.append(envelope)
        return "250 taken"
