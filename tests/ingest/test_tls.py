"""Certificates are always verified; a forgotten intermediate can be shipped."""

import datetime as dt
import ssl
import threading
import warnings
from http import server as web
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest import http as polite
from ingest.download import FetchError
from ingest.http import Client, Limits

PEM = serialization.Encoding.PEM
QUICK = Limits(attempts=1, silence=5)


def _certificate(name, key, issuer, issuer_key, is_authority):
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
    )
    return made.sign(issuer_key, hashes.SHA256()).public_bytes(PEM)


def _name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


class _Handler(web.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher(tmp_path, monkeypatch):
    """A server that sends its own certificate but not the intermediate's."""
    root, middle, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    authority = tmp_path / "authority.pem"
    authority.write_bytes(_certificate("root", root, "root", root, True))
    monkeypatch.setattr(polite.certifi, "where", lambda: str(authority))
    shipped = tmp_path / "certificates"
    shipped.mkdir()
    monkeypatch.setattr(polite, "CERTIFICATES", shipped)
    own = tmp_path / "own.pem"
    secret = leaf.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own.write_bytes(_certificate("localhost", leaf, "middle", middle, False) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    server = web.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    intermediate = _certificate("middle", middle, "root", root, True)
    yield f"https://localhost:{server.server_port}/", shipped, intermediate
    server.shutdown()
    server.server_close()


def test_a_chain_that_lacks_its_intermediate_is_refused(publisher, tmp_path):
    url, _, _ = publisher
    with (
        Client(tmp_path, limits=QUICK) as client,
        pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(url, "json")


def test_a_shipped_intermediate_completes_the_chain(publisher, tmp_path):
    url, shipped, intermediate = publisher
    (shipped / "middle.pem").write_bytes(intermediate)
    with Client(tmp_path, limits=QUICK) as client:
        found = client.get(url, "json")
    assert found.path.read_bytes() == b"{}"


def test_a_shipped_intermediate_of_an_unknown_authority_is_worth_nothing(
    publisher, tmp_path
):
    url, shipped, intermediate = publisher
    (shipped / "middle.pem").write_bytes(intermediate)
    stranger = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "authority.pem").write_bytes(
        _certificate("root", stranger, "root", stranger, True)
    )
    with (
        Client(tmp_path, limits=QUICK) as client,
        pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(url, "json")


def test_a_certificate_for_another_host_is_refused(publisher, tmp_path):
    url, shipped, intermediate = publisher
    (shipped / "middle.pem").write_bytes(intermediate)
    with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
        Client(tmp_path, limits=QUICK).get(
            url.replace("localhost", "127.0.0.1"), "json"
        )


SHIPPED = sorted(polite.CERTIFICATES.glob("*.pem"))


def _authority_of(issuer):
    with warnings.catch_warnings():
        # One old authority has the serial number 0.
        warnings.simplefilter("ignore")
        known = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
    (authority,) = (root for root in known if root.subject == issuer)
    return authority


def test_intermediates_are_shipped():
    assert [file.name for file in SHIPPED] == ["twca_secure_ssl.pem", "twca_ssl.pem"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_intermediate_is_signed_by_a_known_authority(file):
    (shipped,) = x509.load_pem_x509_certificates(file.read_bytes())
    shipped.verify_directly_issued_by(_authority_of(shipped.issuer))
    assert shipped.subject != shipped.issuer
    limits = shipped.extensions.get_extension_for_class(x509.BasicConstraints)
    assert limits.value.ca
    assert limits.value.path_length == 0


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_intermediate_is_valid_for_half_a_year_more(file):
    (shipped,) = x509.load_pem_x509_certificates(file.read_bytes())
    now = dt.datetime.now(dt.UTC)
    assert shipped.not_valid_before_utc < now
    assert now + dt.timedelta(days=180) < shipped.not_valid_after_utc


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_intermediate_says_truly_what_it_is(file):
    (shipped,) = x509.load_pem_x509_certificates(file.read_bytes())
    told = dict(
        line.split(":", 1) for line in file.read_text(encoding="ascii").splitlines()[:5]
    )
    assert told["SHA-256"].strip() == shipped.fingerprint(hashes.SHA256()).hex()
    valid = (shipped.not_valid_before_utc, shipped.not_valid_after_utc)
    first, last = (moment.date() for moment in valid)
    assert told["Valid"].strip() == f"{first} to {last}"
