"""What the feed answers instead of what was asked for: a code for machines and a plain sentence."""

from typing import Any

from rest_framework.exceptions import APIException, NotAuthenticated, NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler


class BadCursor(APIException):
    status_code = 400
    default_code = "bad_cursor"
    default_detail = "This cursor is not one that was given to you. Start again without a cursor."


class CursorExpired(APIException):
    status_code = 410
    default_code = "cursor_expired"
    default_detail = "This cursor is of an older epoch of the feed. Start again without a cursor."


class BadLimit(APIException):
    status_code = 400
    default_code = "bad_limit"
    default_detail = "The limit is a whole number from 1 on; more than 100 is answered with 100."


class BadFormat(APIException):
    status_code = 400
    default_code = "bad_format"
    default_detail = "The format is hls or dash."


class NoKey(NotAuthenticated):
    default_code = "no_key"
    default_detail = "Send your key: Authorization: Bearer <key>."


class BadKey(NotAuthenticated):
    default_code = "bad_key"
    default_detail = "This key is unknown, expired or revoked."


class BadScope(APIException):
    status_code = 403
    default_code = "scope"
    default_detail = "This key does not open this address. Ask for one with the scope that it needs."


class NotAvailable(NotFound):
    default_code = "not_found"
    default_detail = "There is nothing here that is available to you."


def in_our_words(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception: ``{"code": …, "detail": …}``, the same in every language."""
    response = exception_handler(exception, context)
    if response is not None and isinstance(exception, APIException):
        response.data = {"code": str(exception.get_codes()), "detail": str(exception.detail)}
    return response
