"""A real mail server on this machine that fails where a test wants it to."""

import asyncio
import datetime as dt
import random
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "canary-7f3a-geese"  # noqa: S105
USER = "geese"
PEM = serialization.Encoding.PEM


def write_certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's file, and a server's own for `localhost` that it signed."""
    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority, own = folder / "authority.pem", folder / "own.pem"
    authority.write_bytes(_certificate("root", root, root, True))
    secret = leaf.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own.write_bytes(_certificate("localhost", leaf, root, False) + secret)
    return authority, own


def _certificate(name, key, issuer_key, is_authority):
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    subject, issuer = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
        for text in (name, "root")
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .sign(issuer_key, hashes.SHA256())
        .public_bytes(PEM)
    )


@dataclass
class Inbox:
    """What the server accepted, and where it fails: `plan` maps a moment to a fault.

    Moments: mail, rcpt, data (the message is there, not accepted yet), accepted.
    Faults: 451, 550 (answers), drop, hang, or something to call.
    """

    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    plan: dict[tuple[str, str], object] = field(default_factory=dict)
    dice: random.Random | None = None
    rate: float = 0.1
    silence: float = 1.0

    def fault(self, moment: str, recipient: str) -> object:
        planned = self.plan.pop((moment, recipient), None)
        if planned or self.dice is None or self.dice.random() >= self.rate / 4:
            return planned
        answers = [451, 550] if moment != "accepted" else []
        return self.dice.choice([*answers, "drop", "hang"])

    async def strike(self, server, moment, recipient):
        """Fail as planned; an answer to give, or None to go on."""
        fault = self.fault(moment, recipient)
        if callable(fault):
            fault()
        if fault == "drop":
            server.transport.abort()
            await asyncio.sleep(0)
        if fault == "hang":
            await asyncio.sleep(self.silence)
        if fault in ("drop", "hang"):
            return "421 gone"
        return f"{fault} not now" if isinstance(fault, int) else None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self.strike(server, "mail", "")
        if answer:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self.strike(server, "rcpt", address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        assert len(envelope.rcpt_tos) == 1
        (recipient,) = envelope.rcpt_tos
        answer = await self.strike(server, "data", recipient)
        if answer:
            return answer
        self.accepted.append((recipient, envelope.original_content))
        return await self.strike(server, "accepted", recipient) or "250 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append(data.password)
        is_right = data.password == PASSWORD.encode()
        # Left to itself the library answers a wrong password after five seconds.
        return AuthResult(success=is_right, handled=is_right, message="535 no")


class Listening:
    """A server on a port of 127.0.0.1, in a thread of its own, until stopped.

    `port` 0 takes a free one.
    """

    def __init__(
        self, inbox: Inbox, context: ssl.SSLContext | None, port: int = 0, **asked
    ) -> None:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        self._sessions: list[SMTP] = []

        def session():
            self._sessions.append(
                SMTP(inbox, hostname="mail.test", loop=self._loop, **asked)
            )
            return self._sessions[-1]

        async def listen():
            self._server = await self._loop.create_server(
                session, "127.0.0.1", port, ssl=context
            )
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()

        def run():
            self._loop.run_until_complete(listen())
            self._loop.run_forever()
            self._loop.close()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        """Refuse connections from now on; those that are open end."""
        if self._thread.is_alive():
            future = asyncio.run_coroutine_threadsafe(self._end(), self._loop)
            future.result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    async def _end(self) -> None:
        self._server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Transports close their sockets in the next round.
        await asyncio.sleep(0.01)


def start(
    inbox: Inbox, own: Path | None, starttls: bool = True, port: int = 0
) -> Listening:
    """Listen with STARTTLS and AUTH, or TLS and AUTH, or without a certificate."""
    if own is None:
        return Listening(inbox, None, port)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    asked = {"authenticator": inbox.authenticate}
    if starttls:
        asked |= {"tls_context": context, "require_starttls": True}
        return Listening(inbox, None, auth_required=True, **asked)
    # It cannot tell that the whole session is encrypted.
    return Listening(inbox, context, auth_require_tls=False, **asked)
