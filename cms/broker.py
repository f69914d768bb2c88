"""The embedded broker: kombu's PostgreSQL transport, as the ``app`` login that may not create anything.

The plain transport declares queues and notify triggers with DDL whenever it connects. Ours were made by a
migration, so declaring means checking, and enabling notifications means listening.
"""

from typing import Any

from django.conf import settings
from kombu.transport import pgmq
from psycopg.conninfo import make_conninfo

_MOMENT_S = 0.2


class Channel(pgmq.Channel):
    def _new_queue(self, queue: str, **_: Any) -> None:
        if not self._has_queue(queue):
            raise LookupError(f"The queue {queue} is missing: run the migrations.")

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Direct exchanges need no binding in the database."""

    def _maybe_enable_notify(self, queue: str, queue_name: str | None = None) -> None:
        self.connection._register_notify_queue(queue_name or self._queue_name(queue))


class Transport(pgmq.Transport):
    Channel = Channel
    default_connection_params: dict[str, Any] = {}  # where the database is, only the settings know

    def drain_events(self, connection: Any, timeout: float | None = None) -> Any:  # type: ignore[override]
        """Wait for a message, but only for a moment while all hands are full.

        Celery acknowledges what was done between two waits; until then the worker may not take the next message.
        """
        hands_full = any(not channel.qos.can_consume() for channel in self.channels)
        return super().drain_events(connection, timeout=_MOMENT_S if hands_full else timeout)

    def _create_pgmq_client(self) -> Any:
        database: dict[str, Any] = settings.DATABASES["default"]
        client: Any = self.client
        client.transport_options["conn_string"] = make_conninfo(
            dbname=database["NAME"],
            user=database["USER"],
            password=database["PASSWORD"] or None,
            host=database["HOST"] or None,
            port=database["PORT"] or None,
            application_name="octavo-broker",
        )
        return super()._create_pgmq_client()
