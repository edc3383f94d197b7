"""Values that no profile may have, and files that it names."""

from pathlib import Path

import pytest

from a3check.core.profile import Profile, ProfileError, load
from a3check.core.values import serves

SHORT = 'format = 1\nname = "x"\n[portal]\nstart = "https://h.test/a"\n'


def profile(folder: Path, text: str) -> Profile:
    path = folder / "perfil.toml"
    path.write_text(text, "utf-8")
    return load(path)


def refused(folder: Path, text: str) -> tuple[str, str]:
    with pytest.raises(ProfileError) as error:
        profile(folder, text)
    assert "\n" not in str(error.value)
    return error.value.key, error.value.fault


@pytest.mark.parametrize(
    "text",
    [
        "h:443",
        "a-b.test.:1",
        "_x.test:65535",
        "10.0.0.1:80",
        "[::1]:443",
        "ação.test:443",
        f"{'a' * 63}.test:1",
    ],
)
def test_hosts_and_ports(text: str) -> None:
    assert serves("portal.needed", text)


@pytest.mark.parametrize(
    "text",
    [
        "h",
        ":443",
        "h:0",
        "h:65536",
        "h:" + "1" * 5000,
        "h:+1",
        "h: 1",
        "h h:1",
        " h:1",
        "h/a:1",
        "u@h:1",
        "[::1:443",
        "::1]:443",
        "::1:443",
        "[h]:443",
        "a..b:1",
        "-a:1",
        "a-:1",
        f"{'a' * 64}:1",
        f"{'a.' * 127}a:1",
        "[]:1",
        "h\n:1",
        f"{'ç' * 64}.test:1",
        "ç..test:1",
    ],
)
def test_what_is_no_host_and_port(text: str) -> None:
    assert not serves("portal.needed", text)


@pytest.mark.parametrize(
    "text", ["https://h.test", "http://h:8080/a b?ç", "https://[::1]:8443/", "https://ação.test/"]
)
def test_addresses(text: str) -> None:
    assert serves("portal.start", text)


@pytest.mark.parametrize(
    "text",
    [
        "https://exa mple/",
        "https://h.test:99999/",
        "https://h.test:" + "1" * 5000,
        "https://h.test:0/",
        "https://[::1/",
        "https://[h]/",
        "https://::1/",
        "https://u:p@h.test/",
        "https://h.test/\n",
        "https:///a",
        "h.test",
        "file:///etc/passwd",
        "",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert not serves("portal.start", text)


def test_a_proxy_may_have_credentials() -> None:
    assert serves("network.proxy", "http://ana:s%40nha@p.test:3128")
    assert not serves("network.proxy", "http://p.test")
    assert not serves("network.proxy", "http://p p:1")


@pytest.mark.parametrize("key", ["follow", "second_factor", "refusal", "not_authorised"])
@pytest.mark.parametrize("word", ["", "  "])
def test_words_that_stand_in_every_page(key: str, word: str, tmp_path: Path) -> None:
    assert refused(tmp_path, f"{SHORT}{key} = ['x', '{word}']") == (f"portal.{key}", "wrong_value")


@pytest.mark.parametrize("path", ["", "tarefas", "https://h/"])
def test_paths_of_who_is_in(path: str, tmp_path: Path) -> None:
    assert refused(tmp_path, f"{SHORT}reached = ['{path}']") == ("portal.reached", "wrong_value")


@pytest.mark.parametrize("limit", ["connect", "handshake", "pcsc", "driver_start", "fetch"])
def test_no_deadline_is_nought(limit: str, tmp_path: Path) -> None:
    assert refused(tmp_path, f"{SHORT}[limits]\n{limit} = 0") == (f"limits.{limit}", "wrong_value")


def test_the_pause_between_walks_may_be_none(tmp_path: Path) -> None:
    assert profile(tmp_path, f"{SHORT}[limits]\nwalk_interval = 0").limits.walk_interval == 0


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "1" * 5000])
def test_toml_that_breaks_its_reader(text: str, tmp_path: Path) -> None:
    assert refused(tmp_path, text)[1] == "no_toml"


def test_a_relative_profile_means_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "raiz.pem").touch()
    text = f'{SHORT}[drivers]\nmodules = ["mod.so"]\n[trust]\nserver_roots = "raiz.pem"'
    (tmp_path / "perfil.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    made = load(Path("perfil.toml"))
    assert made.drivers.modules == (str(tmp_path / "mod.so"),)
    assert made.trust.server_roots == str(tmp_path / "raiz.pem")


@pytest.mark.parametrize("name", ["none.pem", ".", "latin.pem", "a\\u0000b"])
def test_server_roots_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "latin.pem").write_bytes("raízes".encode())
    text = f'{SHORT}[trust]\nserver_roots = "{name}"'
    assert refused(tmp_path, text) == ("trust.server_roots", "missing")


@pytest.mark.parametrize("name", ["none", "a\\u0000b"])
def test_cas_that_are_not_there(name: str, tmp_path: Path) -> None:
    assert refused(tmp_path, f'{SHORT}[trust]\nextra_cas = ["{name}"]') == (
        "trust.extra_cas",
        "missing",
    )
