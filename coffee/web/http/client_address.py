"""The network that a request comes from, so that it can be limited."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection


def from_elsewhere(connection: HTTPConnection) -> bool:
    """Return whether a page of another origin sent this request, as browsers say (W3C, Fetch Metadata)."""
    return connection.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def network(request: HTTPConnection) -> str:
    """Return the address a request comes from; in IPv6 its /64 network, all of which one household or laptop has.

    A proxy may write an IPv4 address as one of IPv6.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return host
