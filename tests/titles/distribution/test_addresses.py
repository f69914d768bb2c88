import pytest

from titles.distribution.addresses import NoSuchHost, NotPublic, is_public, public_addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.1.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "ff02::1",
        "localhost",
    ],
)
def test_no_spelling_of_a_private_address_is_public(address):
    with pytest.raises(NotPublic, match="not a public address"):
        public_addresses(address, 443)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_a_host_that_the_operator_named_may_be_anywhere():
    assert public_addresses("127.0.0.1", 80, private_hosts=["127.0.0.1"]) == ["127.0.0.1"]


def test_naming_one_host_names_no_other_spelling_of_it():
    with pytest.raises(NotPublic):
        public_addresses("127.1", 80, private_hosts=["127.0.0.1"])


@pytest.mark.parametrize("host", ["partner.invalid", "", "a" * 300 + ".example", "ex ample"])
def test_a_name_that_does_not_resolve_is_said_so(host):
    with pytest.raises((NoSuchHost, NotPublic)):
        public_addresses(host, 443)
