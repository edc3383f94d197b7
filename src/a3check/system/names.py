"""What are this computer and its user called, in whatever spelling?"""

import getpass
import socket
from pathlib import Path

_NETBIOS = 15
"""Characters of a computer's name in a share or a domain (RFC 1001, 14: the 16th is the type)."""
_INTERFACES = Path("/sys/class/net")


def hosts() -> tuple[str, ...]:
    """Return this computer's names: with its domain, without, and as Windows' shares show it."""
    name = socket.gethostname()
    short = name.partition(".")[0]
    return tuple(dict.fromkeys(filter(None, (name, short, short[:_NETBIOS]))))


def users() -> tuple[str, ...]:
    """Return the account's name; nothing where the system does not tell."""
    try:
        return (getpass.getuser(),)
    except (OSError, KeyError, ImportError):
        return ()


def homes() -> tuple[str, ...]:
    """Return the user's home folder."""
    try:
        return (str(Path.home()),)
    except RuntimeError:
        return ()


def addresses() -> tuple[str, ...]:
    """Return this computer's own IP addresses and, where they can be read, MAC addresses.

    No packet leaves: a UDP socket is only bound to a route.
    """
    found = []
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))
                found.append(probe.getsockname()[0])
        except OSError:
            continue
    for path in sorted(_INTERFACES.glob("*/address")):
        try:
            found.append(path.read_text("ascii").strip())
        except (OSError, ValueError):
            continue
    return tuple(a for a in dict.fromkeys(found) if a.strip("0:"))
