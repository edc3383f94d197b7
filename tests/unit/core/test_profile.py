from pathlib import Path

import pytest

from a3check.core.internet import Endpoint
from a3check.core.profile import (
    FormField,
    Limits,
    Portal,
    Profile,
    ProfileError,
    Support,
    builtin,
    load,
)

SHORT = 'format = 1\nname = "x"\n[portal]\nstart = "https://h.test/a"\n'


def profile(tmp_path: Path, text: str) -> Profile:
    path = tmp_path / "perfil.toml"
    path.write_text(text, "utf-8")
    return load(path)


def test_the_shortest_profile(tmp_path: Path) -> None:
    made = profile(tmp_path, SHORT)
    assert made.modified
    assert made.limits == Limits()
    assert made.trust.server_roots == "system"
    assert made.portal.hosts() == {"h.test"}
    assert made.portal.endpoints() == ()


def test_the_built_in_one() -> None:
    made = builtin()
    assert (made.name, made.modified) == ("inss", False)
    assert made.portal.hosts() == {"atendimento.inss.gov.br", "geridinss.dataprev.gov.br"}
    assert len(made.portal.endpoints()) == 3
    assert not made.network.allow_private


def test_everything_at_once(tmp_path: Path) -> None:
    (tmp_path / "cas").mkdir()
    (tmp_path / "raiz.pem").write_text("-----BEGIN CERTIFICATE-----")
    (tmp_path / "ca.pem").touch()
    made = profile(
        tmp_path,
        SHORT
        + f"""
certificate_urls = ["https://c.test:8443/"]
needed = ["h.test:443", "[::1]:443"]
maybe = ["c.test:8443"]
[trust]
roots_sha256 = ["{"ab" * 32}", "{":".join(["AB"] * 32)}"]
extra_cas = ["cas", "{tmp_path}/ca.pem"]
server_roots = "raiz.pem"
[drivers]
modules = ["good.so"]
only_these = true
[network]
proxy = "http://p:3128"
time_urls = ["https://t/"]
allow_private = true
[limits]
connect = 1
walk_interval = 0.5
""",
    )
    assert made.portal.endpoints() == (
        Endpoint("h.test", 443),
        Endpoint("::1", 443),
        Endpoint("c.test", 8443, needed=False),
    )
    assert made.portal.hosts() == {"h.test", "c.test", "::1"}
    assert made.trust.extra_cas == (str(tmp_path / "cas"), str(tmp_path / "ca.pem"))
    assert made.trust.server_roots == str(tmp_path / "raiz.pem")
    assert made.drivers.modules == (str(tmp_path / "good.so"),)
    assert (made.limits.connect, made.limits.walk_interval) == (1.0, 0.5)


def form(*rows: str) -> str:
    return SHORT + "".join(f"[[support.fields]]\n{row}\n" for row in rows)


def test_a_profile_names_the_form_s_fields(tmp_path: Path) -> None:
    rows = ("name = 'id'\nlimit = 20", "name = 'description'\nlabel = 'Relato'\nlimit = 300")
    made = profile(tmp_path, form(*rows)).support
    assert made.fields == (FormField("id", "", 20), FormField("description", "Relato", 300))
    assert made.category == Support().category


def test_without_any_the_built_in_fields_stand(tmp_path: Path) -> None:
    assert builtin().support == Support()
    assert profile(tmp_path, with_("category = 'x'", "support")).support.fields == Support().fields


def with_(line: str, section: str = "") -> str:
    return f"{SHORT}{section and f'[{section}]'}\n{line}\n"


@pytest.mark.parametrize(
    ("text", "key", "fault"),
    [
        ("name = 'x'\n[portal]\nstart = 'https://h/'", "format", "required"),
        (SHORT.replace("format = 1", "format = 2"), "format", "wrong_value"),
        ("format = 1\n[portal]\nstart = 'https://h/'", "name", "required"),
        ("format = 1\nname = 'x'", "portal", "required"),
        ("format = 1\nname = 'x'\nportal = 3", "portal", "wrong_type"),
        ("format = 1\nname = 'x'\n[portal]", "portal.start", "required"),
        (SHORT.replace('"x"', "7"), "name", "wrong_type"),
        (with_("odd = 1"), "portal.odd", "unknown_key"),
        (with_("", "odd"), "odd", "unknown_key"),
        (SHORT.replace("name", "modified = true\nname"), "modified", "unknown_key"),
        (with_("needed = 'h:1'"), "portal.needed", "wrong_type"),
        (with_("needed = [1]"), "portal.needed", "wrong_type"),
        (with_("needed = ['h']"), "portal.needed", "wrong_value"),
        (with_("needed = [':443']"), "portal.needed", "wrong_value"),
        (with_("maybe = ['h:0']"), "portal.maybe", "wrong_value"),
        (with_("maybe = ['h:65536']"), "portal.maybe", "wrong_value"),
        (with_("maybe = ['h:٣']"), "portal.maybe", "wrong_value"),
        (SHORT.replace("https://h.test/a", "ftp://h/"), "portal.start", "wrong_value"),
        (SHORT.replace("https://h.test/a", "https:///a"), "portal.start", "wrong_value"),
        (SHORT.replace("https://h.test/a", "https://h:x/"), "portal.start", "wrong_value"),
        (with_("certificate_urls = ['h']"), "portal.certificate_urls", "wrong_value"),
        (with_("roots_sha256 = ['ab']", "trust"), "trust.roots_sha256", "wrong_value"),
        (with_(f"roots_sha256 = ['{'zz' * 32}']", "trust"), "trust.roots_sha256", "wrong_value"),
        (with_("extra_cas = 'a'", "trust"), "trust.extra_cas", "wrong_type"),
        (with_("server_roots = 1", "trust"), "trust.server_roots", "wrong_type"),
        (with_("only_these = 1", "drivers"), "drivers.only_these", "wrong_type"),
        (with_("proxy = 'http://p'", "network"), "network.proxy", "wrong_value"),
        (with_("proxy = 'direct'", "network"), "network.proxy", "wrong_value"),
        (with_("time_urls = ['x']", "network"), "network.time_urls", "wrong_value"),
        (with_("pcsc = true", "limits"), "limits.pcsc", "wrong_type"),
        (with_("pcsc = '1'", "limits"), "limits.pcsc", "wrong_type"),
        (with_("pcsc = -0.1", "limits"), "limits.pcsc", "wrong_value"),
        (with_("pcsc = 3601", "limits"), "limits.pcsc", "wrong_value"),
        (with_("pcsc = nan", "limits"), "limits.pcsc", "wrong_value"),
        (with_("fields = 'id'", "support"), "support.fields", "wrong_type"),
        (with_("fields = ['id']", "support"), "support.fields[0]", "wrong_type"),
        (with_("fields = []", "support"), "support.fields", "wrong_value"),
        (form("label = 'x'"), "support.fields[0].name", "required"),
        (form("name = 'cpf'"), "support.fields[0].name", "wrong_value"),
        (form("name = 'id'\nodd = 1"), "support.fields[0].odd", "unknown_key"),
        (form("name = 'id'\nlimit = '9'"), "support.fields[0].limit", "wrong_type"),
        (form("name = 'id'\nlimit = true"), "support.fields[0].limit", "wrong_type"),
        (form("name = 'id'\nlimit = 19"), "support.fields[0].limit", "wrong_value"),
        (form("name = 'id'\nlimit = -1"), "support.fields[0].limit", "wrong_value"),
        (form("name = 'id'", "name = 'id'"), "support.fields[1].name", "wrong_value"),
        (
            form("name = 'id'", "name = 'description'\nlimit = 299"),
            "support.fields[1].limit",
            "wrong_value",
        ),
    ],
)
def test_what_is_not_in_the_contract_is_refused(
    text: str, key: str, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(ProfileError) as refused:
        profile(tmp_path, text)
    assert (refused.value.key, refused.value.fault) == (key, fault)
    assert refused.value.file == str(tmp_path / "perfil.toml")


@pytest.mark.parametrize("proxy", ["system", "none", "http://p:3128"])
def test_proxies(proxy: str, tmp_path: Path) -> None:
    assert profile(tmp_path, with_(f"proxy = '{proxy}'", "network")).network.proxy == proxy


def test_no_file_and_no_toml(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as refused:
        load(tmp_path / "none.toml")
    assert refused.value.fault == "missing"
    for content in (b"\xff", b"format = "):
        (tmp_path / "odd.toml").write_bytes(content)
        with pytest.raises(ProfileError) as refused:
            load(tmp_path / "odd.toml")
        assert refused.value.fault == "no_toml"


def test_hosts_without_a_name() -> None:
    assert Portal("https:///").hosts() == {""}
