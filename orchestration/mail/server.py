"""Handing one message to the mail server, and being sure what became of it."""

import base64
import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import certifi
from pydantic import SecretStr

from orchestration.errors import OperatorError
from orchestration.mail_settings import PLAINTEXT, Mail


class ServerRefusedError(OperatorError):
    """The server is not one to hand mail to, or does not take any from us."""


class UnreachableError(OperatorError):
    """The server is not there, or not ready; later it may be."""


@dataclass(frozen=True)
class Reply:
    """What became of a message, and the server's words."""

    outcome: Literal["sent", "again", "failed", "uncertain"]
    said: str


class MailServer:
    """One session at a time with the server that `[mail]` names."""

    def __init__(self, mail: Mail, password: SecretStr | None) -> None:
        self._mail = mail
        self._password = password
        self._session: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Open a session, encrypted and logged in, unless one is open.

        Raises UnreachableError, and ServerRefusedError where trying again is no use.
        """
        if self._session is not None:
            return
        where = f"{self._mail.host}:{self._mail.port}"
        try:
            self._session = self._opened()
            self._secure(self._session)
            self._log_in(self._session)
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise ServerRefusedError(
                f"{where}: certificate not trusted ({error.verify_message}); correct "
                "mail.host, or name the authority in mail.ca_file"
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise self._unready(where, error) from None
        except ServerRefusedError:
            self.close()
            raise

    def hand_over(
        self, recipient: str, message: bytes, before_data: Callable[[], None]
    ) -> Reply:
        """Give the server one message for one recipient; connect first.

        `before_data` is called when from then on a lost answer would leave us in doubt.
        Raises ServerRefusedError if the server does not take our sender.
        """
        session, promised = self._session, False
        if session is None:
            raise UnreachableError("no session; connect first")
        try:
            code, text = session.mail(self._mail.sender)
            if 500 <= code < 600:
                raise ServerRefusedError(
                    f"{self._mail.host}: refuses mail.sender {self._mail.sender} "
                    f"({self._words(code, text)})"
                )
            if code == 250:
                code, text = session.rcpt(recipient)
            if code in (250, 251):
                before_data()
                code, text = session.docmd("DATA")
                if code == 354:
                    promised = True
                    session.send(_on_the_wire(message))
                    code, text = session.getreply()
                elif 200 <= code < 300:
                    code = -1  # not an answer to DATA
            return self._judged(code, text, promised)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            words = self._clean(str(error)) or type(error).__name__
            if promised:
                return Reply("uncertain", f"no answer after the message: {words}")
            return Reply("again", f"the connection ended early: {words}")

    def close(self) -> None:
        """End the session without ceremony."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def quit(self) -> None:
        """End the session politely."""
        if self._session is not None:
            # Everything is settled already.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._session.quit()
            self.close()

    def _opened(self) -> smtplib.SMTP:
        mail, timeout = self._mail, self._mail.timeout_seconds
        # A name of our own: the default asks the name service for this machine's.
        if mail.security == "tls":
            return smtplib.SMTP_SSL(
                mail.host, mail.port, mail.domain, timeout=timeout, context=_trust(mail)
            )
        return smtplib.SMTP(mail.host, mail.port, mail.domain, timeout=timeout)

    def _secure(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        if self._mail.security != "starttls":
            return
        if not session.has_extn("starttls"):
            raise ServerRefusedError(
                f"{self._mail.host}:{self._mail.port}: offers no STARTTLS; nothing is "
                'sent in plain text; set mail.security = "tls" or another port'
            )
        code, text = session.starttls(context=_trust(self._mail))
        if code != 220:
            raise ServerRefusedError(
                f"{self._mail.host}: refuses STARTTLS ({self._words(code, text)})"
            )
        session.ehlo()

    def _log_in(self, session: smtplib.SMTP) -> None:
        if self._password is None or self._mail.security == PLAINTEXT:
            return
        try:
            session.login(self._mail.username or "", self._password.get_secret_value())
        except smtplib.SMTPNotSupportedError:
            raise ServerRefusedError(
                f"{self._mail.host}: offers no AUTH; drop mail.username, or use the "
                "port for submission"
            ) from None
        finally:
            # The library keeps it where a debugger or a report would show it.
            session.password = ""

    def _unready(self, where: str, error: Exception) -> OperatorError:
        if isinstance(error, smtplib.SMTPResponseException):
            words = self._words(error.smtp_code, error.smtp_error)
            if 500 <= error.smtp_code < 600:
                is_login = isinstance(error, smtplib.SMTPAuthenticationError)
                advice = "; check mail.username and the password" if is_login else ""
                return ServerRefusedError(f"{where}: {words}{advice}")
            return UnreachableError(f"{where}: {words}")
        return UnreachableError(f"{where}: {self._clean(str(error))}")

    def _judged(self, code: int, text: bytes, promised: bool) -> Reply:
        said = self._words(code, text)
        if promised and 200 <= code < 300:
            return Reply("sent", said)
        if 500 <= code < 600 or 400 <= code < 500:
            self._start_over(code)
            return Reply("again" if code < 500 else "failed", said)
        self.close()
        return Reply("uncertain" if promised else "again", f"no valid answer: {said}")

    def _start_over(self, code: int) -> None:
        try:
            if self._session and (code == 421 or self._session.rset()[0] != 250):
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _words(self, code: int, text: bytes | str) -> str:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return self._clean(f"{code} {words}")

    def _clean(self, text: str) -> str:
        """The server's words in one line, without the password should it quote it."""
        if self._password is not None:
            secret = self._password.get_secret_value().encode()
            user = (self._mail.username or "").encode()
            for sent in (secret, b"\0%b\0%b" % (user, secret)):
                encoded = base64.b64encode(sent).decode()
                text = text.replace(sent.decode(), "…").replace(encoded, "…")
        return " ".join(re.sub(r"[^ -~…\u00a0-\uffff]", " ", text).split())[:300]


def _trust(mail: Mail) -> ssl.SSLContext:
    """Authorities of this machine and the usual ones, or only the one that is named."""
    if mail.ca_file:
        return ssl.create_default_context(cafile=str(mail.ca_file))
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _on_the_wire(message: bytes) -> bytes:
    doubled = re.sub(rb"(?m)^\.", b"..", message)
    return doubled + (b"" if doubled.endswith(b"\r\n") else b"\r\n") + b".\r\n"
