import socket
from contextlib import suppress

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Producer, Queue

from cms.celery import TASKS, app


@pytest.fixture
def connection(db):
    options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
    with Connection("octavo-pgmq://", transport_options=options) as earlier:
        _take_what_other_tests_left(earlier)
    with Connection("octavo-pgmq://", transport_options=options) as connection:
        yield connection


def _take_what_other_tests_left(connection):
    """Queues are no tables of ours: no flush empties them, and what a test commits may wake somebody."""
    with (
        Consumer(connection, Queue("general"), callbacks=[lambda _body, message: message.ack()]),
        suppress(socket.timeout),
    ):
        while True:
            connection.drain_events(timeout=0.1)


def announce(connection, *kinds):
    producer = Producer(connection)
    for kind in kinds:
        producer.publish({"kind": kind}, routing_key="general", declare=[Queue("general")])


def test_a_message_is_delivered_to_a_login_that_may_create_nothing(connection):
    announce(connection, "relay")
    received = []

    def take(body, message):
        received.append(body)
        message.ack()

    with Consumer(connection, Queue("general"), callbacks=[take]):
        connection.drain_events(timeout=5)

    assert received == [{"kind": "relay"}]


def test_a_message_that_was_acknowledged_does_not_come_back(connection):
    announce(connection, "relay")
    with Consumer(connection, Queue("general"), callbacks=[lambda _body, message: message.ack()]):
        connection.drain_events(timeout=5)
        with pytest.raises(socket.timeout):
            connection.drain_events(timeout=0.1)


def test_a_worker_whose_hands_are_full_takes_no_message_until_it_has_acknowledged(connection):
    announce(connection, "first", "second")
    messages = []
    with Consumer(
        connection, Queue("general"), callbacks=[lambda body, message: messages.append((body["kind"], message))]
    ) as consumer:
        consumer.qos(prefetch_count=1)
        connection.drain_events(timeout=5)
        with pytest.raises(socket.timeout):
            connection.drain_events(timeout=60)
        messages[0][1].ack()
        connection.drain_events(timeout=5)
        messages[1][1].ack()

    assert [kind for kind, _message in messages] == ["first", "second"]


def test_a_queue_that_no_migration_made_is_named(connection):
    with pytest.raises(LookupError, match="The queue uploads is missing: run the migrations"):
        Queue("uploads")(connection.default_channel).declare()


@pytest.mark.parametrize(
    ("kind", "pool"),
    [
        ("inspect", "media"),
        ("transcode", "media"),
        ("compose", "general"),
        ("hand down", "general"),
        ("relay", "general"),
        ("deliver", "general"),
    ],
)
def test_each_kind_of_work_goes_to_its_pool(kind, pool):
    assert app.amqp.router.route({}, TASKS[kind])["queue"].name == pool
