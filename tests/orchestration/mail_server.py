"""A real mail server on this machine that fails where a test wants it to."""

import asyncio
import datetime as dt
import random
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "canary-7f3a-geese"
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

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await self.strike(server, "mail", "")
        if answer:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self.strike(server, "rcpt", address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        assert len(envelope.rcpt_tos) == 1
        (recipient,) = envelope.rcpt_tos
        answer = await self.strike(server, "data", recipient)
        if answer:
            return answer
        self.accepted.append((recipient, envelope.original_content))
        return await self.strike(server, "accepted", recipient) or "250 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append(data.password)
        return AuthResult(success=data.password == PASSWORD.encode())


class _Controller(Controller):
    """Trusts its own start: its probe would talk to a server that begins with TLS."""

    def _trigger_server(self):
        pass


def start(inbox: Inbox, own: Path | None, starttls: bool = True) -> Controller:
    """Listen on a free port of 127.0.0.1; without a certificate in plain text."""
    context, asked = None, {}
    if own:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        asked = {
            "authenticator": inbox.authenticate,
            "auth_required": True,
            "auth_require_tls": True,
        }
    if own and starttls:
        asked |= {"tls_context": context, "require_starttls": True}
    if own and not starttls:
        asked |= {"auth_require_tls": False}
    controller = _Controller(
        inbox,
        "127.0.0.1",
        0,
        ssl_context=context if own and not starttls else None,
        server_hostname="mail.test",
        **asked,
    )
    controller.start()
    controller.port = controller.server.sockets[0].getsockname()[1]
    return controller
