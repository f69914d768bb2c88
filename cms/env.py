"""Typed readers of the environment: a wrong value stops the start with its name and the accepted values."""

import os
import re
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


class WrongSetting(Exception):
    """An environment variable has a value that cannot be used; the text is one plain sentence."""

    def __init__(self, name: str, value: str, accepted: str):
        super().__init__(f"The environment variable {name} is {value!r}; it accepts {accepted}.")
        self.name = name


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "on" if default else "off")
    if value not in {"on", "off"}:
        raise WrongSetting(name, value, '"on" or "off"')
    return value == "on"


def number(name: str, default: int, *, least: int = 0, most: int = 10**15) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise WrongSetting(name, value, f"a whole number from {least} to {most}")
    return int(value)


def seconds(name: str, default: float) -> float:
    value = text(name, str(default))
    try:
        result = float(value)
    except ValueError:
        result = -1.0
    if not 0 < result < 10_000_000:
        raise WrongSetting(name, value, "a number of seconds above 0")
    return result


def hours(name: str, default: float) -> int:
    """A time in hours, a quarter of one to a month, as whole seconds."""
    value = text(name, str(default))
    try:
        result = float(value)
    except ValueError:
        result = -1.0
    if not 0.25 <= result <= 31 * 24:
        raise WrongSetting(name, value, "a number of hours from 0.25 to 744")
    return int(result * 3600)


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in among:
        raise WrongSetting(name, value, " or ".join(f'"{each}"' for each in among))
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    value = text(name)
    if value and not Path(value).is_absolute():
        raise WrongSetting(name, value, "an absolute path")
    return Path(value) if value else default


def database(name: str) -> dict[str, str] | None:
    """Read a PostgreSQL address such as ``postgresql://app:secret@db.example/octavo`` as Django's keys."""
    value = text(name)
    if not value:
        return None
    accepted = "a PostgreSQL address such as postgresql://login:password@host:5432/database"
    if not value.startswith(("postgresql://", "postgres://")):
        raise WrongSetting(name, _without_password(value), accepted)
    try:
        parts = {key: str(part) for key, part in conninfo_to_dict(value).items()}
    except ProgrammingError:
        raise WrongSetting(name, _without_password(value), accepted) from None
    if "dbname" not in parts or "user" not in parts:
        raise WrongSetting(name, _without_password(value), accepted)
    return {
        "NAME": parts["dbname"],
        "USER": parts["user"],
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
    }


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over: in plain, or over a connection that becomes TLS, or that is TLS from the start."""

    host: str
    port: int
    login: str
    password: str
    starts_tls: bool
    speaks_tls: bool


def mail_server(name: str) -> MailServer | None:
    """Read ``smtp://login:password@host:587?tls=1`` or ``smtps://…``; None where unset."""
    value = text(name)
    if not value:
        return None
    accepted = "smtp://login:password@host:587?tls=1, smtps://login:password@host, or nothing to print mail"
    try:
        parts = urlsplit(value)
        port, tls = parts.port, parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        raise WrongSetting(name, _without_password(value), accepted) from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise WrongSetting(name, _without_password(value), accepted)
    if tls not in ({}, {"tls": ["0"]}, {"tls": ["1"]}) or (tls and parts.scheme == "smtps"):
        raise WrongSetting(name, _without_password(value), accepted)
    starts_tls, speaks_tls = tls == {"tls": ["1"]}, parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if speaks_tls else 587 if starts_tls else 25),
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=starts_tls,
        speaks_tls=speaks_tls,
    )


def mail_address(name: str, default: str) -> str:
    """Whom mail is from: ``octavo@studio.example`` or ``Octavo <octavo@studio.example>``."""
    value = text(name, default)
    address = parseaddr(value)[1]
    local, at, host = address.rpartition("@")
    if not (local and at and host) or any(character in value for character in "\r\n"):
        raise WrongSetting(name, value, "an e-mail address such as Octavo <octavo@studio.example>")
    return value


def _without_password(address: str) -> str:
    head, at, tail = address.rpartition("@")
    scheme, slashes, login = head.partition("://")
    return f"{scheme}{slashes}{login.partition(':')[0]}:…@{tail}" if at else address


def folders(name: str) -> list[Path]:
    """Absolute folders, separated by commas."""
    found = [Path(word) for word in words(name)]
    for folder in found:
        if not folder.is_absolute() or ".." in folder.parts:
            raise WrongSetting(name, text(name), "absolute paths of folders, separated by commas, or nothing")
    return found


def contact(name: str) -> str:
    """Where people report: ``mailto:security@studio.example``, or a page; empty where unset."""
    value = text(name)
    if value and not re.fullmatch(r"(mailto:[^@\s]+@|https://|tel:\+)[^\s]+", value):
        raise WrongSetting(name, value, "mailto:…, https://… or tel:+…, or nothing")
    return value


def bucket(name: str) -> dict[str, str] | None:
    """Read ``s3://key:secret@host[:port]/bucket?tls=off&region=…`` as options of BucketStorage; None where unset."""
    value = text(name)
    if not value:
        return None
    parts = urlsplit(value)
    bucket_name = parts.path.strip("/")
    if parts.scheme != "s3" or not bucket_name or "/" in bucket_name:
        raise WrongSetting(name, _without_password(value), "s3://key:secret@host/bucket, or nothing for folders")
    options = {"bucket_name": bucket_name}
    if parts.username and parts.password:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password)}
    asked = parse_qs(parts.query)
    if "region" in asked:
        options["region_name"] = asked["region"][0]
    if parts.hostname:
        scheme = "http" if asked.get("tls") == ["off"] else "https"
        options["endpoint_url"] = f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    return options


def slow_disk(name: str) -> Path | None:
    """The folder of ``file:///a/folder``; None where unset, or where a bucket is named."""
    value = text(name)
    if not value or value.startswith("s3://"):
        return None
    parts = urlsplit(value)
    folder = Path(unquote(parts.path))
    if parts.scheme != "file" or parts.netloc or not folder.is_absolute() or folder == Path("/"):
        raise WrongSetting(
            name, _without_password(value), "s3://key:secret@host/bucket or file:///a/folder, or nothing"
        )
    return folder
