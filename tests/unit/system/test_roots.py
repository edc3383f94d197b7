"""Roots that came with a distribution, in a tree of our own."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.unit.pki.maker import AC1, ROOT, Made

from a3check.core.profile import DriverWishes
from a3check.system import roots
from a3check.system.linux import Linux

ADDED = ("usr/local/share/ca-certificates/x.crt", "etc/pki/ca-trust/source/anchors/x.pem")
GENERATED = ("etc/ssl/certs/ca-certificates.crt",)


def _pem(*made: Made) -> bytes:
    return b"".join(each.x509.public_bytes(Encoding.PEM) for each in made)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "place",
    [
        "usr/share/ca-certificates/mozilla/ACME_Root.crt",
        "usr/share/pki/ca-trust-source/ca-bundle.trust.p11-kit",
        "usr/share/ca-certificates/trust-source/mozilla.trust.p11-kit",
        "usr/share/pki/trust/ca-bundle.p11-kit",
    ],
)
def test_what_the_package_brought(tmp_path: Path, place: str) -> None:
    words = b'[p11-kit-object-v1]\nlabel: "x"\n'
    _put(tmp_path / place, words + _pem(ROOT) + words + _pem(AC1))
    system = Linux(DriverWishes(), root=tmp_path)
    assert system.shipped_roots() == frozenset({ROOT.facts.sha256, AC1.facts.sha256})


@pytest.mark.parametrize("place", [*ADDED, *GENERATED])
def test_what_somebody_added_did_not_come_with_it(tmp_path: Path, place: str) -> None:
    _put(tmp_path / place, _pem(ROOT))
    assert roots.shipped(tmp_path) is None


def test_damaged_files_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/ca-certificates/mozilla"
    _put(folder / "a.crt", _pem(ROOT).replace(b"MII", b"M", 1))
    (folder / "b.crt").mkdir()
    assert ROOT.facts.sha256 not in (roots.shipped(tmp_path) or ())
    _put(folder / "c.crt", _pem(AC1))
    assert AC1.facts.sha256 in (roots.shipped(tmp_path) or ())


def test_this_debian_ships_some() -> None:
    if not Path("/usr/share/ca-certificates/mozilla").is_dir():
        pytest.skip("no Debian's ca-certificates here")
    assert len(roots.shipped(Path("/")) or ()) > 100
