"""Partners' addresses: resolved once and checked, so that nobody makes the server talk to its own network."""

import ipaddress
import socket
from collections.abc import Collection, Sequence


class NotPublic(Exception):
    """The host is, or may be, inside somebody's own network; the text is one plain sentence."""


class NoSuchHost(Exception):
    """The name does not resolve; the text is one plain sentence."""


def public_addresses(host: str, port: int, *, private_hosts: Collection[str] = ()) -> list[str]:
    """Resolve ``host`` and return its IP addresses, all of them checked; connect to these and resolve no more.

    Hosts in ``private_hosts`` (the operator's list) may be anywhere. Raises NotPublic and NoSuchHost.

    >>> public_addresses("127.0.0.1", 80, private_hosts=["127.0.0.1"])
    ['127.0.0.1']
    >>> public_addresses("127.0.0.1", 80)
    Traceback (most recent call last):
    ...
    titles.distribution.addresses.NotPublic: 127.0.0.1 is not a public address. ...
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as reason:
        raise NoSuchHost(f"The host {host} was not found ({reason}).") from None
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if host not in private_hosts and not all(is_public(address) for address in addresses):
        raise NotPublic(
            f"{host} is not a public address. Correct it, or let the operator name it in OCTAVO_PRIVATE_PARTNER_HOSTS."
        )
    return addresses


def connected(addresses: Sequence[str], port: int, timeout_s: float) -> socket.socket:
    """A connection to the first of the checked ``addresses`` that answers. Raises OSError, TimeoutError included."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout_s / len(addresses))
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout_s / len(addresses))


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet can have, in whatever spelling.

    >>> [is_public(each) for each in ["93.184.215.14", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "::1"]]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner:
            return is_public(str(inner))
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
