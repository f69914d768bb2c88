"""Where mail goes: the address of its server, and handing it over without keeping anybody waiting."""

import socketserver
import threading

import pytest
from django.core.mail import EmailMessage

from cms import env
from cms.accounts import mail


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example", env.MailServer("mail.example", 25, "", "", False, False)),
        ("smtp://me:s%40fe@mail.example?tls=1", env.MailServer("mail.example", 587, "me", "s@fe", True, False)),
        ("smtp://mail.example:2525?tls=0", env.MailServer("mail.example", 2525, "", "", False, False)),
        ("smtps://me:safe@mail.example", env.MailServer("mail.example", 465, "me", "safe", False, True)),
        ("", None),
    ],
)
def test_the_address_of_a_mail_server_is_read(monkeypatch, address, server):
    monkeypatch.setenv("OCTAVO_EMAIL_URL", address)

    assert env.mail_server("OCTAVO_EMAIL_URL") == server


@pytest.mark.parametrize(
    "address",
    [
        "mail.example",
        "http://me:secret@mail.example",
        "smtp://",
        "smtp://me:secret@mail.example:port",
        "smtp://mail.example?tls=yes",
        "smtp://mail.example?ssl=1",
        "smtps://mail.example?tls=1",
        "smtp://mail.example/inbox",
    ],
)
def test_another_address_stops_the_start_with_one_sentence_and_no_secret(monkeypatch, address):
    monkeypatch.setenv("OCTAVO_EMAIL_URL", address)

    with pytest.raises(env.WrongSetting, match="^The environment variable OCTAVO_EMAIL_URL is ") as refusal:
        env.mail_server("OCTAVO_EMAIL_URL")

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("sender", ["octavo", "Octavo <octavo>", "@example.org", "a@b.example\r\nBcc: c@d.example"])
def test_a_sender_that_is_no_address_stops_the_start(monkeypatch, sender):
    monkeypatch.setenv("OCTAVO_EMAIL_FROM", sender)

    with pytest.raises(env.WrongSetting, match="OCTAVO_EMAIL_FROM"):
        env.mail_address("OCTAVO_EMAIL_FROM", "octavo@localhost")


@pytest.mark.parametrize("hours", ["0", "-1", "for ever", "745", "nan"])
def test_a_session_of_no_sensible_length_stops_the_start(monkeypatch, hours):
    monkeypatch.setenv("OCTAVO_SESSION_HOURS", hours)

    with pytest.raises(env.WrongSetting, match="OCTAVO_SESSION_HOURS"):
        env.hours("OCTAVO_SESSION_HOURS", 12)


class LetterBox(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs."""

    def handle(self):
        self.say("220 here")
        lines = iter(self.rfile.readline, b"")
        for line in lines:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                self.server.letters.append(b"".join(iter(lambda: next(lines), b".\r\n")).decode())
                self.server.arrived.set()
            self.say("221 bye" if verb == b"QUIT" else "250 fine")

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def letter_box(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), LetterBox) as server:
        server.letters, server.arrived = [], threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "cms.accounts.mail.SentBeside"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()


def test_a_letter_is_handed_to_the_server_beside_the_page(letter_box):
    EmailMessage("Join Lantern", "Come in.", to=["nina@lantern.example"]).send()

    assert letter_box.arrived.wait(30)
    assert "Subject: Join Lantern" in letter_box.letters[0]
    assert "Come in." in letter_box.letters[0]


def test_a_server_that_is_away_is_noted_and_breaks_nothing(settings, letter_box, caplog):
    letter_box.server_close()

    EmailMessage("Join Lantern", "Come in.", to=["nina@lantern.example"]).send()
    mail._postman.submit(lambda: None).result(30)

    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "1 message(s) could not be handed to the mail server"
    ]
