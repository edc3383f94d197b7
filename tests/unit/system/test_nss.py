"""Modules that browsers load, by real databases (certutil, modutil) and by files of p11-kit."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.lab.softhsm import SoftHsm

from a3check.core.computer import StoreState
from a3check.core.profile import DriverWishes
from a3check.system import nss, p11kit
from a3check.system.linux import Linux
from a3check.system.nss import Places

SECONDS = 30
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
needs_tools = pytest.mark.skipif(
    not (shutil.which("modutil") and Path(MODULE).exists()),
    reason="neither libnss3-tools nor SoftHSM is here",
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    home = tmp_path / "home"
    return Places(tmp_path / "root", home, home / ".config", home / ".local/share")


def _put(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def _loads(path: Path, *libraries: str) -> None:
    blocks = [f"library={library}\nname=x\nNSS=trustOrder=1\n" for library in libraries]
    _put(path / "pkcs11.txt", "\n".join(["library=\nname=NSS Internal\n", *blocks]))


def make(folder: Path, *modules: str) -> None:
    """Make a database as the browser's own documentation tells to."""
    folder.mkdir(parents=True)
    where = f"sql:{folder}"
    _run("certutil", "-N", "-d", where, "--empty-password")
    for module in modules:
        _run("modutil", "-force", "-dbdir", where, "-add", "Token", "-libfile", module)


def _run(*command: str) -> None:
    with TemporaryDirectory() as folder:
        known = softhsm(Path(folder))
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, env=known)


def softhsm(folder: Path) -> dict[str, str]:
    """Return an environment in which SoftHSM, which the tools load, has a folder of its own."""
    return {**os.environ, **SoftHsm(folder / "softhsm").environment}


@needs_tools
def test_a_real_database_of_chromium(places: Places) -> None:
    folder = places.home / ".pki/nssdb"
    make(folder)
    assert nss.registered(folder) == ()
    _run("modutil", "-force", "-dbdir", f"sql:{folder}", "-add", "T", "-libfile", MODULE)
    assert nss.chromium(places) == (MODULE,)


def test_the_newer_place_of_chromium_counts_where_the_older_is_not(places: Places) -> None:
    assert nss.database(places) == places.home / ".pki/nssdb"
    _loads(places.data / "pki/nssdb", "/new.so")
    assert nss.chromium(places) == ("/new.so",)
    _loads(places.home / ".pki/nssdb", "/old.so")
    assert nss.chromium(places) == ("/old.so",)


PROFILES = """\
[Install4F96D1932A9F858E]
Default=chosen.default-release
Locked=1

[Profile1]
Name=default
IsRelative=1
Path=old.default
{old}

[Profile0]
Path=chosen.default-release

[Profile2]
Name=without a path

[General]
Version=2
"""


@pytest.mark.parametrize(
    ("old", "expected"), [("", ("/b.so",)), ("Default=1", ("/a.so", "/b.so"))]
)
def test_the_profiles_that_firefox_starts_with(
    places: Places, old: str, expected: tuple[str, ...]
) -> None:
    folder = places.home / ".mozilla/firefox"
    _put(folder / "profiles.ini", PROFILES.format(old=old))
    _loads(folder / "old.default", "/a.so")
    _loads(folder / "chosen.default-release", "/b.so")
    assert nss.firefox(places) == expected


def test_all_profiles_count_where_none_is_marked_and_an_absolute_path_is_one(
    places: Places, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    _put(
        places.home / ".config/mozilla/firefox/profiles.ini",
        f"[Profile0]\nPath=a\n[Profile1]\nIsRelative=0\nPath={elsewhere}\n",
    )
    _loads(places.home / ".config/mozilla/firefox/a", "/a.so")
    _loads(elsewhere, "/b.so")
    assert nss.firefox(places) == ("/a.so", "/b.so")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"policies": {"SecurityDevices": {"Token": MODULE}}}, (MODULE,)),
        ({"policies": {"SecurityDevices": {"Add": {"T": MODULE}, "Delete": ["x"]}}}, (MODULE,)),
        ({"policies": {"SecurityDevices": ["x"]}}, ()),
        ({"policies": {}}, ()),
        (["x"], ()),
    ],
)
def test_an_administrator_s_policy(
    places: Places, policy: object, expected: tuple[str, ...]
) -> None:
    _put(places.root / "etc/firefox/policies/policies.json", json.dumps(policy))
    assert nss.firefox(places) == expected
    assert nss.chromium(places) == ()


@pytest.mark.parametrize("content", ["", "{", "[Profile0\n"])
def test_damaged_files_are_none(places: Places, content: str) -> None:
    _put(places.root / "etc/firefox/policies/policies.json", content)
    _put(places.home / ".mozilla/firefox/profiles.ini", content)
    assert nss.firefox(places) == ()


# ---- p11-kit


def test_the_proxy_stands_for_what_p11_kit_knows(places: Places) -> None:
    packaged = places.root / "usr/share/p11-kit/modules"
    _put(packaged / "token.module", f"# a comment\nmodule: {MODULE}\nmanaged: yes\n")
    _put(packaged / "trust.module", "module: /trust.so\ndisable-in: p11-kit-proxy\n")
    _loads(places.home / ".pki/nssdb", "p11-kit-proxy.so")
    assert nss.chromium(places) == ("p11-kit-proxy.so", MODULE)
    assert nss.firefox(places) == ()


def test_fedora_loads_the_proxy_into_every_program(places: Places) -> None:
    _put(places.root / "usr/share/p11-kit/modules/token.module", f"module: {MODULE}\n")
    _put(
        places.root / "etc/crypto-policies/back-ends/nss.config",
        'library=p11-kit-proxy.so\nname=p11-kit-proxy\n\nlibrary=\nname=Policy\nconfig="x"\n',
    )
    assert MODULE in nss.firefox(places)
    assert MODULE in nss.chromium(places)


@pytest.mark.parametrize(
    ("fields", "program", "expected"),
    [
        ("", "firefox", True),
        ("enable-in: firefox", "firefox", True),
        ("enable-in: seahorse, firefox", "firefox", True),
        ("enable-in: p11-kit-proxy", "chrome", True),
        ("enable-in: seahorse", "firefox", False),
        ("disable-in: firefox", "firefox", False),
        ("disable-in: firefox", "chrome", True),
    ],
)
def test_a_module_may_be_for_some_programs_only(
    places: Places, fields: str, program: str, expected: bool
) -> None:
    _put(places.root / "etc/pkcs11/modules/t.module", f"module: {MODULE}\n{fields}\n")
    found = p11kit.modules(places.root, places.settings, program)
    assert found == ((MODULE,) if expected else ())


def test_each_browser_goes_by_its_own_name_at_p11_kit(places: Places) -> None:
    modules = places.root / "usr/share/p11-kit/modules"
    _put(modules / "f.module", "module: /firefox.so\nenable-in: firefox\n")
    _put(modules / "c.module", "module: /chrome.so\nenable-in: chrome\n")
    _put(modules / "note.modules", "module: /never.so\n")
    _put(modules / "empty.module", "no colon\n # an indented line\n")
    _put(places.root / "etc/crypto-policies/back-ends/nss.config", "library=p11-kit-proxy.so\n")
    assert nss.firefox(places) == ("p11-kit-proxy.so", "/firefox.so")
    assert nss.chromium(places) == ("p11-kit-proxy.so", "/chrome.so")


def test_the_user_s_file_goes_over_the_administrator_s_and_that_over_the_package_s(
    places: Places,
) -> None:
    _put(places.root / "usr/share/p11-kit/modules/t.module", f"module: {MODULE}\n")
    _put(places.root / "etc/pkcs11/modules/t.module", "disable-in: firefox\n")
    assert p11kit.modules(places.root, places.settings, "firefox") == ()
    _put(places.settings / "pkcs11/modules/t.module", "disable-in: seahorse\n")
    assert p11kit.modules(places.root, places.settings, "firefox") == (MODULE,)
    _put(places.settings / "pkcs11/modules/t.module", "module:\ndisable-in:\n")
    assert p11kit.modules(places.root, places.settings, "firefox") == ()


@pytest.mark.skipif(
    not (shutil.which("p11-kit") and any(Path("/usr/share/p11-kit/modules").glob("*hsm*"))),
    reason="neither p11-kit nor a module of SoftHSM's is here",
)
def test_p11_kit_itself_sees_the_same_modules(tmp_path: Path) -> None:
    done = subprocess.run(
        ["p11-kit", "list-modules"],
        env={**softhsm(tmp_path), "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    lines = (line.partition(": ") for line in done.stdout.splitlines() if line[:1].strip())
    seen = sorted(path for name, _, path in lines if name != "p11-kit-trust")
    ours = p11kit.modules(Path("/"), tmp_path, "p11-kit")
    assert seen
    assert len(seen) == len(ours)
    assert all(any(path.endswith(module) for path in ours) for module in seen)


def test_a_relative_module_is_looked_for_where_distributions_put_them(places: Places) -> None:
    folder = places.root / "usr/lib/x86_64-linux-gnu/pkcs11"
    folder.mkdir(parents=True)
    _put(places.root / "usr/share/p11-kit/modules/o.module", "module: opensc-pkcs11.so\n")
    found = p11kit.modules(places.root, places.settings, "firefox")
    assert found == (str(folder / "opensc-pkcs11.so"),)


def test_what_cannot_be_read_is_no_module(places: Places) -> None:
    (places.root / "etc/pkcs11/modules/t.module").mkdir(parents=True)
    assert p11kit.modules(places.root, places.settings, "firefox") == ()


# ---- together


def test_linux_looks_in_its_own_folders(tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    _put(root / "usr/bin/chromium", "\x7fELF")
    data = tmp_path / "data"
    _loads(data / "pki/nssdb", MODULE)
    environment = {"HOME": str(home), "XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": "relative"}
    system = Linux(DriverWishes(), root=root, environment=environment)
    (store,) = system.store(b"", (MODULE,))
    assert (store.state, store.browser) == (StoreState.PRESENT, "Chromium")
    assert store.folder == str(data / "pki/nssdb")
    (other,) = system.store(b"", ("/other.so",))
    assert other.state is StoreState.UNREGISTERED
