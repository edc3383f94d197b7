from dataclasses import replace

import pytest
from tests.unit.checks.world import PORTAL, PROFILE
from tests.unit.portal import said as talk

from a3check.core.profile import NetworkWishes, Profile
from a3check.portal.route import MOST_FIELDS, Step, following, leads_away
from a3check.tls.transcript import Answer

WORDS = ("entrar com certificado", "certificado")
HERE = replace(PROFILE, portal=replace(PORTAL, follow=WORDS))
LAB = replace(HERE, network=NetworkWishes(allow_private=True))
AT = Step("https://portal.test/dir/page?x=1")
SENT = Step("https://portal.test/dir/page", b"a=1")


def to(answer: Answer, step: Step = AT, profile: Profile = HERE) -> str | None:
    found = following(step, answer, profile)
    return found.url if found is not None else None


def pressed(html: str, profile: Profile = HERE) -> Step | None:
    return following(AT, talk.page(html), profile)


# ---- redirects


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (talk.page("", 200, location="/x"), None),
        (talk.page("", 302), None),
        (talk.sent_to("https://cas.test/"), "https://cas.test/"),
        (talk.sent_to(" b#f", 303), "https://portal.test/dir/b"),
        *((talk.sent_to("/b", status), "https://portal.test/b") for status in (301, 307, 308)),
        (talk.sent_to("/b", 304), None),
        (talk.page('<meta http-equiv=refresh content="0;url=/b">', 404), None),
        (talk.sent_to("https://[bad/x"), None),
        (talk.sent_to("https://h:99999/"), None),
        (talk.sent_to("https://h:abc/"), None),
        (talk.sent_to("https://h:0/"), None),
        (talk.sent_to("https:///x"), "https://portal.test/x"),
        (talk.sent_to("mailto:a@b"), None),
        (talk.sent_to("javascript:x()"), None),
        # strangers: named, so that the user can decide
        (talk.sent_to("https://foreign.test/x"), "https://foreign.test/x"),
        (talk.sent_to("https://203.0.113.9/x"), None),
        (talk.sent_to("https://8.8.8.8/x"), "https://8.8.8.8/x"),
        (talk.sent_to("https://10.0.0.1/x"), None),
        (talk.sent_to("https://[::1]/x"), None),
        *((talk.sent_to(f"https://{n}/x"), None) for n in ("127.1", "2130706433", "0x7f.1.")),
        (talk.sent_to("https://0x7F000001/x"), None),
        (talk.sent_to("https://1.foreign.test/x"), "https://1.foreign.test/x"),
        # plain HTTP is never asked
        (talk.sent_to("http://cas.test/x?y"), "https://cas.test/x?y"),
        (talk.sent_to("http://cas.test:80/x"), "https://cas.test/x"),
        (talk.sent_to("http://cas.test:8080/x"), None),
        (talk.sent_to("http://foreign.test/x"), None),
    ],
)
def test_redirects(answer: Answer, where: str | None) -> None:
    assert to(answer) == where


def test_a_laboratory_may_have_private_addresses() -> None:
    assert to(talk.sent_to("https://10.0.0.1/x"), profile=LAB) == "https://10.0.0.1/x"
    own = replace(HERE, portal=replace(HERE.portal, start="https://10.0.0.1/"))
    assert to(talk.sent_to("https://10.0.0.1/x"), profile=own) == "https://10.0.0.1/x"


@pytest.mark.parametrize(
    ("status", "body"), [(301, None), (302, None), (303, None), (307, b"a=1"), (308, b"a=1")]
)
def test_what_a_redirect_does_to_a_post(status: int, body: bytes | None) -> None:
    found = following(SENT, talk.sent_to("https://cas.test/x", status), HERE)
    assert found == Step("https://cas.test/x", body)
    assert (found.method == "POST") is (body is not None)
    stranger = following(SENT, talk.sent_to("https://foreign.test/x", status), HERE)
    assert (stranger is None) is (body is not None), "fields go to the profile's hosts alone"


# ---- a Refresh


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (talk.page('<meta http-equiv=refresh content="0;url=b">'), "https://portal.test/dir/b"),
        (talk.page("", 200, refresh="0;url=/b"), "https://portal.test/b"),
        (talk.page("<base href=/other/><meta http-equiv=refresh content='0;url=b'>"), None),
        (talk.page('<base href=/o/><meta http-equiv=refresh content="0;b">'), None),
        (talk.page('<meta http-equiv=refresh content="900;url=b">'), None),
        (talk.page('<meta http-equiv=refresh content="0;url=https://[bad">'), None),
        (talk.page(""), None),
    ],
)
def test_a_refresh(answer: Answer, where: str | None) -> None:
    base = b"<base" in answer.body and "https://portal.test/"
    expected = f"{base}{'other' if b'other' in answer.body else 'o'}/b" if base else where
    assert to(answer) == expected


def test_a_base_that_is_no_address_is_none() -> None:
    page = '<base href="https://[bad"><meta http-equiv=refresh content="0;url=b">'
    assert to(talk.page(page)) == "https://portal.test/dir/b"


# ---- the one link or button


LINK = '<a href="/c">Certificado Digital</a>'


@pytest.mark.parametrize(
    ("html", "where"),
    [
        (LINK, "/c"),
        ('<a href="/c" title="CERTIFICADO"></a>', "/c"),
        ('<a href="/c" aria-label="Certificado">x</a>', "/c"),
        ('<a href="/c"><img alt="certificado"></a>', "/c"),
        (LINK + LINK, "/c"),
        (LINK + '<a href="/x">Ajuda</a>', "/c"),
        (LINK + '<a href="/d">Sobre o certificado</a>', None),
        (LINK + '<a href="/d">Entrar com certificado</a>', "/d"),
        (LINK + '<a href="#">Certificado</a>', None),
        (LINK + '<a href="">Certificado</a>', None),
        (LINK + '<a href="javascript:x()">Certificado</a>', None),
        (LINK + "<button>Certificado</button>", None),
        (LINK + "<button>Senha</button>", "/c"),
        ('<a href="/x">Senha</a>', None),
        ("<p>Certificado</p>", None),
    ],
)
def test_the_one_link(html: str, where: str | None) -> None:
    found = pressed(html)
    assert found == (Step(f"https://portal.test{where}") if where else None)


BUTTON = "<button name=ir value=1>Certificado</button>"
BACK = "<input type=hidden name=back value=/logout>"
RESET = "<button name=_eventId_requestDeviceReset title=certificado>Reiniciar</button>"
EVENT = "<input type=hidden name=_eventId value=requestDeviceReset>"
HIDDEN = '<input type=hidden name=lt value="a&amp;ç"><input type=hidden name=e value="">'


@pytest.mark.parametrize(
    ("html", "where", "body"),
    [
        (f"<form method=post action=/f>{HIDDEN}{BUTTON}</form>", "/f", b"lt=a%26%C3%A7&e=&ir=1"),
        (f"<form action=/f?old=1>{HIDDEN}{BUTTON}</form>", "/f?lt=a%26%C3%A7&e=&ir=1", None),
        (f"<form method=post>{BUTTON}</form>", "/dir/page?x=1", b"ir=1"),
        ("<form method=post action=/f><button>Certificado</button></form>", "/f", b""),
        (
            "<form method=post action=/f><button formaction=/g>Certificado</button></form>",
            "/g",
            b"",
        ),
        # the words of the form itself, where it has one button alone
        ("<form action=/f title=Certificado><button>Entrar</button></form>", "/f", None),
        ("<form action=/f><p>Certificado</p><input type=image name=i></form>", "/f?i.x=0", None),
        (
            "<form action=/f><p>Certificado</p><button>A</button><button>B</button></form>",
            None,
            None,
        ),
        ("<form action=/f><button>Certificado</button><button>B</button></form>", "/f", None),
        ("<form action=/f><p>Certificado</p></form>", None, None),
        # it asks for something, or travels otherwise
        (f"<form action=/f><input name=cpf>{BUTTON}</form>", None, None),
        (f"<form action=/f><select></select>{BUTTON}</form>", None, None),
        (f"<form method=dialog action=/f>{BUTTON}</form>", None, None),
        (f"<form method=post enctype=text/plain action=/f>{BUTTON}</form>", None, None),
        (f"<form action='https://[bad'>{BUTTON}</form>", None, None),
        # fields go to the profile's hosts alone
        (f"<form method=post action=https://foreign.test/f>{BUTTON}</form>", None, None),
        (f"<form action=https://foreign.test/f>{BUTTON}</form>", None, None),
        (f"<form action=https://foreign.test/f>{HIDDEN}<button>Certificado</form>", None, None),
        (
            "<form action=https://foreign.test/f><button>Certificado</button></form>",
            "https://foreign.test/f",
            None,
        ),
        # never, whatever the profile's words are
        ("<a href=/c title=certificado>Reiniciar Dispositivo MFA</a>", None, None),
        ("<a href=/cas/logout>Certificado</a>", None, None),
        ("<a href=/c?back=/cas/logout>Certificado</a>", "/c?back=/cas/logout", None),
        ("<a href=/c?e=requestDeviceReset>Certificado</a>", None, None),
        ("<a href=/c>Cadastrar certificado</a>", None, None),
        ("<a href=/c>Vincular certificado digital</a>", None, None),
        ("<a href=/c>Renovar o certificado</a>", None, None),
        ("<a href=/certificado/emitir>Certificado</a>", None, None),
        ("<form action=/f><button>Revogar certificado</button></form>", None, None),
        (f"<form method=post action=/f>{BACK}{BUTTON}</form>", "/f", b"back=%2Flogout&ir=1"),
        (f"<form method=post action=/f>{RESET}</form>", None, None),
        (f"<form action=/f>{EVENT}{BUTTON}</form>", None, None),
        (f"<form action=/deviceReset>{BUTTON}</form>", None, None),
    ],
)
def test_the_one_form(html: str, where: str | None, body: bytes | None) -> None:
    expected = None
    if where is not None:
        url = where if where.startswith("https") else f"https://portal.test{where}"
        expected = Step(url.removesuffix("?"), body)
    found = pressed(html)
    assert (found and Step(found.url.removesuffix("?"), found.body)) == expected


def test_a_form_is_sent_in_the_pages_own_charset() -> None:
    body = f"<form method=post action=/f>{HIDDEN}{BUTTON}</form>".encode("latin-1")
    answer = Answer(200, (("Content-Type", "text/html; charset=ISO-8859-1"),), body)
    found = following(AT, answer, HERE)
    assert found is not None
    assert found.body == b"lt=a%26%E7&e=&ir=1"


def test_fields_without_end_are_not_sent() -> None:
    many = f"<input type=hidden name=a value={'x' * MOST_FIELDS}>"
    assert pressed(f"<form method=post action=/f>{many}{BUTTON}</form>") is None


def test_nothing_is_pressed_without_words() -> None:
    assert pressed(LINK, PROFILE) is None


# ---- a form that a script sends

SUBMIT = "<script>document.forms[0].submit()</script>"
ALONE = f"<form method=post action=https://cas.test/f>{HIDDEN}</form>"


@pytest.mark.parametrize(
    ("html", "sent"),
    [
        (ALONE + SUBMIT, True),
        (f"<body onload=document.forms[0].submit()>{ALONE}", True),
        (f"<body onload='document.forms[0].submit()'>{ALONE}", True),
        # what waits for a press is not sent by itself
        (f'<a href="#" onclick="document.forms[0].submit()">Sair</a>{ALONE}', False),
        (f"<img ONCLICK = 'document.forms[0].submit()'>{ALONE}", False),
        (f"<form method=post action=/sair>{HIDDEN}</form>" + SUBMIT, False),
        (ALONE, False),
        (ALONE + ALONE + SUBMIT, False),
        (ALONE + SUBMIT + "<input>", False),
        ("<form method=post action=/f></form>" + SUBMIT, False),
        (f"<form method=post action=/f>{HIDDEN}<input></form>" + SUBMIT, False),
        (f"<form method=post action=https://foreign.test/f>{HIDDEN}</form>" + SUBMIT, False),
        (f"<form method=post action=/cas/logout>{HIDDEN}</form>" + SUBMIT, False),
    ],
)
def test_a_form_that_a_script_sends(html: str, sent: bool) -> None:
    found = pressed(html)
    assert found == (Step("https://cas.test/f", b"lt=a%26%C3%A7&e=") if sent else None)


# ---- elsewhere


@pytest.mark.parametrize(
    ("answer", "host"),
    [
        (talk.sent_to("http://10.0.0.1/login"), "10.0.0.1"),
        (talk.sent_to("https://wifi.test/"), "wifi.test"),
        (talk.sent_to("http://portal.test/"), "portal.test"),
        (talk.sent_to("https://cas.test/"), None),
        (talk.sent_to("https://[bad"), None),
        (talk.page("", 302), None),
        (talk.page('<meta http-equiv=refresh content="0;url=http://w/">'), "w"),
        (talk.page(LINK.replace("/c", "http://w/")), None),
        (talk.page("", 511), "portal.test"),
    ],
)
def test_who_sends_elsewhere(answer: Answer, host: str | None) -> None:
    assert leads_away(AT, answer, HERE) == host


def test_a_body_is_in_no_log() -> None:
    assert "a=1" not in repr(SENT)
