"""Whose Authenticode signature does a file bear, and does it hold?"""

import re
import subprocess
from functools import cache
from pathlib import Path

from installers import tools

_STAMPED = "Timestamp is not available"
_NOT_SIGNED = "No signature found"
# OpenSSL writes names as /CN=X/O=Y here, as CN=X, O=Y there.
_SUBJECT = re.compile(r"Signer #0:\s+Subject: (.+)")


class NotSigned(Exception):  # noqa: N818 - says what is the matter
    """A file's signature is not there, does not hold, or is another's."""


def verify(
    path: Path, roots: Path, signer: str = "", *, revocation: bool = False, stamped: bool = False
) -> None:
    """Raise :class:`NotSigned` unless a file's signature leads to ``roots`` (PEM).

    ``signer`` is the name that must stand in the certificate; ``revocation`` asks for the CRLs
    that it names (network); ``stamped`` asks for a time stamp, which leads to ``roots``, too.
    """
    if not roots.is_file():
        raise NotSigned(f"{roots}: no such file; PEM of the root that the signature leads to")
    asked = () if revocation else _offline()
    where = ["-CAfile", str(roots), "-TSA-CAfile", str(roots)]
    status, said = _ask("verify", *where, *asked, "-in", str(path))
    if _NOT_SIGNED in said:
        raise NotSigned(f"{path.name} is not signed")
    if status:
        raise NotSigned(f"{path.name}: its signature does not hold, or leads to another root")
    if signer and f"CN={signer}" not in _subject(said):
        raise NotSigned(f"{path.name} is signed by somebody else: {_subject(said) or 'nobody'}")
    if stamped and _STAMPED in said:
        raise NotSigned(f"{path.name} bears no time stamp")


@cache
def _offline() -> tuple[str, ...]:
    """Return the options that keep it from the network; Debian 12's own knows neither."""
    _, known = _ask("verify", "--help")
    return tuple(option for option in ("-ignore-cdp", "-ignore-crl") if option in known)


def _ask(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [tools.find("osslsigncode"), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=tools.DEADLINE,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def _subject(said: str) -> str:
    found = _SUBJECT.search(said.replace(" = ", "="))
    return found[1].strip() if found else ""
