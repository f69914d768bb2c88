import socket
import threading
import time
from contextlib import contextmanager

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.titles.distribution.receiving import endpoint
from titles.distribution.models.partner import new_webhook_secret
from titles.distribution.webhooks import NotSent, WrongAddress, post, signed_headers

BODY = '{"type":"pack.delivered","data":{"titles":"隐秘千金"}}'.encode()
LOOPBACK = ["127.0.0.1"]


@contextmanager
def raw_server(*sent: bytes, pause_s: float = 0.0):
    """A server that reads nothing and sends these bytes, piece by piece."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        connection, _peer = listener.accept()
        with connection:
            try:
                for piece in sent:
                    connection.sendall(piece)
                    over.wait(pause_s)
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    over.set()
    thread.join()
    listener.close()


def headers_for(secret, body=BODY):
    return signed_headers(secret=secret, message_id="msg_1", timestamp_s=int(time.time()), body=body)


def test_the_standard_package_verifies_what_we_sign():
    secret = new_webhook_secret()

    assert Webhook(secret).verify(BODY, headers_for(secret))["data"] == {"titles": "隐秘千金"}


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_the_standard_package_refuses_what_was_altered(change):
    secret = new_webhook_secret()
    headers = headers_for(secret)
    body = BODY.replace(b"pack", b"back") if change == "body" else BODY
    if change != "body":
        headers[change] = headers[change][:-3] + "AA="

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_the_standard_package_refuses_the_secret_of_another_partner():
    with pytest.raises(WebhookVerificationError):
        Webhook(new_webhook_secret()).verify(BODY, headers_for(new_webhook_secret()))


def test_a_partner_gets_body_and_headers_as_they_were_signed():
    secret = new_webhook_secret()
    with endpoint() as partner:
        answer = post(partner.address, BODY, headers_for(secret), private_hosts=LOOPBACK)
    ((body, headers),) = partner.got

    assert (answer.status, answer.body, answer.is_accepted) == (200, "thanks", True)
    assert Webhook(secret).verify(body, headers)


def test_a_redirect_is_an_answer_and_not_followed():
    with endpoint() as elsewhere, endpoint() as partner:
        partner.answer_with(302, Location=elsewhere.address)
        answer = post(partner.address, BODY, {}, private_hosts=LOOPBACK)

    assert (answer.status, answer.is_accepted, elsewhere.got) == (302, False, [])


def test_only_the_beginning_of_an_answer_is_kept():
    with endpoint() as partner:
        partner.answer_with(500, body=b"\0x" * 1_000_000)
        answer = post(partner.address, BODY, {}, private_hosts=LOOPBACK)

    assert (len(answer.body), answer.body[:2]) == (4096, "\ufffdx")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
    ],
)
def test_nobody_makes_us_talk_to_our_own_network(address):
    with pytest.raises(WrongAddress):
        post(address, BODY, {})


@pytest.mark.parametrize("address", ["http://example.com/", "ftp://127.0.0.1/", "https://127.0.0.1:99999/", "nonsense"])
def test_an_address_that_can_never_work_is_refused(address):
    with pytest.raises(WrongAddress):
        post(address, BODY, {}, private_hosts=LOOPBACK)


def test_a_partner_that_is_not_there_is_not_reached():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotSent, match="127.0.0.1 did not answer"):
        post(f"http://127.0.0.1:{port}/", BODY, {}, private_hosts=LOOPBACK)


def test_a_host_that_does_not_exist_is_not_reached():
    with pytest.raises(NotSent, match="was not found"):
        post("https://partner.invalid/", BODY, {})


@pytest.mark.parametrize(
    "pieces",
    [
        [b""] * 1000,
        [b"HTTP/1.1 200 OK\r\nX-Slow: "] + [b"x"] * 1000,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"] + [b"x"] * 1000,
    ],
    ids=["silent", "dribbles headers", "dribbles the body"],
)
def test_a_partner_that_dribbles_is_hung_up_on(pieces):
    with raw_server(*pieces, pause_s=0.05) as address, pytest.raises(NotSent):
        post(address, BODY, {}, private_hosts=LOOPBACK, timeout_s=0.4)


def test_what_is_no_http_is_not_an_answer():
    with raw_server(b"SSH-2.0-OpenSSH_9.2\r\n") as address, pytest.raises(NotSent):
        post(address, BODY, {}, private_hosts=LOOPBACK, timeout_s=2)


def test_a_certificate_of_somebody_else_is_not_trusted():
    with raw_server(b"\x15\x03\x01\x00\x02\x02\x28") as address, pytest.raises(NotSent):
        post(address.replace("http:", "https:"), BODY, {}, private_hosts=LOOPBACK, timeout_s=2)
