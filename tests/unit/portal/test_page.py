import pytest
from tests.unit.portal import said as talk

from a3check.core.profile import Portal
from a3check.core.register import register
from a3check.portal import page
from a3check.portal.page import Kind
from a3check.portal.words import fold
from a3check.tls.transcript import Answer

PORTAL = Portal(
    "https://h.test/",
    second_factor=("autenticador", "código"),
    refusal=("Proteção de Sistemas",),
    not_authorised=("sem perfil",),
    follow=("certificado",),
    reached=("/tarefas",),
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (talk.page("No required SSL certificate was sent", 400), "login.nothing_sent"),
        (talk.page("NO REQUIRED SSL CERTIFICATE WAS SENT", 400), "login.nothing_sent"),
        (talk.page("No required SSL certificate was sent", 200), None),
        (talk.page("Error 403.16", 403), "login.rejected_unknown_ca"),
        (talk.page("<p>No required SSL<br>certificate was sent", 400), "login.nothing_sent"),
        (talk.page("<script>'403.16'</script>", 403), None),
        (talk.page("O certificado do cliente nao e confiavel", 403), "login.rejected_unknown_ca"),
        (talk.page("No client certificate chain in this request", 401), "login.rejected"),
        (talk.page("You don't have permission to access this resource.", 403), None),
        (talk.page("Nada", 400), None),
    ],
)
def test_words_of_a_refusal(answer: Answer, code: str | None) -> None:
    refusal = page.refusal(answer)
    assert (refusal.code if refusal else None) == code


def test_the_table_names_codes_of_the_register() -> None:
    assert page.refusals()
    assert {r.code for r in page.refusals()} <= register().codes.keys()
    assert all(r.words == fold(r.words) for r in page.refusals())
    assert page.Refusal("w", "login.rejected").status == 0


@pytest.mark.parametrize(
    ("body", "words", "found"),
    [
        ("Um CÓDIGO aqui", ("autenticador", "código"), "código"),
        ("autenticador e código", ("código", "autenticador"), "código"),
        ("nada", ("código",), ""),
        ("nada", (), ""),
    ],
)
def test_the_first_of_the_profiles_words(body: str, words: tuple[str, ...], found: str) -> None:
    assert page.matched(talk.page(body), words) == found


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("Código: <INPUT name=c>", True),
        ("Código", False),
        ("<input>", False),
        ("", False),
    ],
)
def test_the_second_factor_has_a_field(body: str, asks: bool) -> None:
    assert page.asks_second_factor(talk.page(body), PORTAL) is asks


@pytest.mark.parametrize(
    ("answer", "abuse", "refuses"),
    [
        (talk.page("proteção DE sistemas"), True, True),
        (talk.page("<script>'Prote\u00e7\u00e3o de sistemas'</script>"), True, True),
        (
            talk.page("The requested URL was rejected. Please consult with your administrator"),
            True,
            True,
        ),
        (talk.page("HTTP Error 403.7", 403), False, False),
        (talk.page("bem-vindo"), False, False),
        *((talk.page("", status), False, True) for status in (400, 401, 403, 429)),
        *((talk.page("", status), False, False) for status in (302, 404, 500)),
    ],
)
def test_what_is_for_programs(answer: Answer, abuse: bool, refuses: bool) -> None:
    assert page.is_anti_abuse(answer, PORTAL) is abuse
    assert page.refuses_program(answer, PORTAL) is refuses


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        ("Ação".encode(), (), "acao"),
        ("Ação".encode("latin-1"), (), "acao"),
        ("Ação".encode("latin-1"), (("content-type", "text/html; charset=ISO-8859-1"),), "acao"),
        ("Ação".encode(), (("Content-Type", 'text/html; charset="utf-8"'),), "acao"),
        ("<meta charset=latin1>Ação".encode("latin-1"), (), "acao"),
        ("<meta charset=none>Ação".encode(), (), "acao"),
        ("Ação".encode(), (("Content-Type", "text/html; charset=none"),), "acao"),
        ("Ação".encode(), (("Content-Type", "text/html; charset=rot13"),), "acao"),
        (b"\x81 A", (), "\x81 a"),
    ],
)
def test_a_body_in_any_bytes(body: bytes, headers: tuple[tuple[str, str], ...], text: str) -> None:
    assert page.text(Answer(200, headers, body)) == fold(text)


RESTING = "<h1>Sistema em manutenção</h1>"


@pytest.mark.parametrize(
    ("answer", "resting", "broken"),
    [
        (talk.page(RESTING), True, True),
        (talk.page(RESTING, 503), True, True),
        (talk.page(RESTING, 403), False, False),
        (talk.page(RESTING, 302), False, False),
        (talk.page(RESTING + "<input>"), False, False),
        (talk.page(RESTING + "<a href=/c>Certificado</a>"), False, False),
        (talk.page(RESTING + "x" * 1500), False, False),
        # what is announced to who is inside
        (talk.page(RESTING + "<a href=/s> SAIR </a>"), False, False),
        (talk.page(RESTING + "<form><button>Encerrar sessão</button></form>"), False, False),
        (talk.page(RESTING + "<button type=button>Logout</button>"), False, False),
        (talk.page(RESTING + "<a href=/s>Sair do ar</a>"), True, True),
        (talk.page("Bem-vindo"), False, False),
        (talk.page("", 500), False, True),
        (talk.page("", 499), False, False),
    ],
)
def test_a_portal_that_rests(answer: Answer, resting: bool, broken: bool) -> None:
    assert page.is_resting(answer, PORTAL) is resting
    assert page.is_broken(answer, PORTAL) is broken


CODE = "código <input>"


@pytest.mark.parametrize(
    ("answer", "place", "kind"),
    [
        (talk.page("proteção de sistemas", 500), "/tarefas", Kind.PROGRAM_REFUSED),
        (talk.page("HTTP Error 403.16 sem perfil", 403), "/tarefas", Kind.REFUSED),
        (talk.page("HTTP Error 403.16", 403), "/", Kind.REFUSED),
        (talk.page("No client certificate chain in this request"), "/tarefas", Kind.INSIDE),
        (talk.page("Sem perfil", 403), "/tarefas", Kind.NOT_AUTHORISED),
        (talk.page("Sem perfil"), "/tarefas", Kind.NOT_AUTHORISED),
        (talk.page("Sem perfil", 302), "/tarefas", Kind.UNKNOWN),
        (talk.page(RESTING, 503), "/tarefas", Kind.RESTING),
        (talk.page(RESTING), "/tarefas", Kind.RESTING),
        (talk.page("", 400), "/tarefas", Kind.ERROR),
        (talk.page("", 503), "/tarefas", Kind.ERROR),
        (talk.page(CODE), "/tarefas", Kind.SECOND_FACTOR),
        (talk.page(CODE), "/cas", Kind.SECOND_FACTOR),
        (talk.page(CODE, 302), "/cas", Kind.UNKNOWN),
        (talk.page(""), "/tarefas/1", Kind.INSIDE),
        (talk.page(""), "/tarefas-antigas", Kind.UNKNOWN),
        (talk.page("", 300), "/tarefas", Kind.UNKNOWN),
    ],
)
def test_what_follows_the_certificate(answer: Answer, place: str, kind: Kind) -> None:
    assert page.arrived(answer, place, PORTAL, named=True) is kind
    by_place = kind in {Kind.SECOND_FACTOR, Kind.INSIDE}
    stranger = page.arrived(answer, place, PORTAL, named=False)
    assert stranger is (Kind.UNKNOWN if by_place else kind)


def test_the_words_that_hold_for_any_portal() -> None:
    for kind in ("never", "other_way", "program", "way_out", "maintenance"):
        assert all(fold(word) for word in page.known_words(kind))
