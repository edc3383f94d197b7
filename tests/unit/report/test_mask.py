"""No private value survives, whatever it is and wherever it stands."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.unit.report.samples import CPF, HOLDER, IDENTITY, SERIAL

from a3check.core.model import Evidence, Value
from a3check.report.identity import Identity
from a3check.report.mask import Masker, masked_words, pseudonym, readable

KEY = b"chave inventada"
MASKER = Masker(IDENTITY, KEY)
KEYLESS = Masker(IDENTITY)


def private(value: Value, name: str = "holder") -> Evidence:
    return Evidence(name, value, private=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MARIA DA SILVA", "M*** S***"),
        ("Maria dos Santos e Silva", "M*** S*** S***"),
        ("JOÃO D'ÁVILA", "J*** D***"),
        ("Élio", "É***"),
        (f"{HOLDER}:{CPF}", "J*** I*** S***:***.982.247-**"),
        ("529.982.247-25", "***.982.247-**"),
        ("11.222.333/0001-81", "**.222.333/0001-**"),
        ("joana@prefeitura.exemplo", "***@***"),
        ("0123456", "***"),
        ("A", "***"),
        ("!!!", "***"),
        (":::", "***"),
        ("da", "***"),
        ("", ""),
        ("  ", ""),
        (r"C:\Users\jinventada\lib\x.dll", r"~\lib\x.dll"),
        ("/home/jinventada", "~"),
        ("/opt/coisa", "/o***/c***"),
    ],
)
def test_private_texts(value: str, expected: str) -> None:
    assert MASKER.value(private(value)) == expected


@pytest.mark.parametrize("value", [7, 7.5, True, datetime(1980, 1, 1, tzinfo=UTC)])
def test_private_numbers_and_dates_are_hidden_whole(value: Value) -> None:
    assert MASKER.value(private(value, "birth_date")) == "***"
    assert MASKER.value(Evidence("seconds", value)) == value


def test_lists_are_masked_one_by_one() -> None:
    value = (f"{HOLDER}:{CPF}", "AC Inventada")
    assert MASKER.value(private(value)) == ("J*** I*** S***:***.982.247-**", "A*** I***")
    assert MASKER.value(Evidence("readers", ("Leitora 1", "joana@exemplo.br"))) == (
        "Leitora 1",
        "***@***",
    )


def test_serial_numbers_become_pseudonyms() -> None:
    serial = private(SERIAL, "token_serial")
    assert MASKER.value(serial) == f"#{pseudonym(SERIAL, KEY)}"
    assert KEYLESS.value(serial) == "***"
    assert MASKER.value(private("", "token_serial")) == ""


def test_a_pseudonym_stands_for_one_value_under_one_key() -> None:
    name = pseudonym(SERIAL, KEY)
    assert len(name) == 12
    assert set(name) <= set("0123456789abcdef")
    assert name == pseudonym(f" {SERIAL.lower()} ", KEY)
    assert name != pseudonym(SERIAL, b"outra chave")
    assert name != pseudonym(SERIAL + "0", KEY)
    assert "chave" not in repr(MASKER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"dlopen(C:\Users\jinventada\x.dll) falhou", r"dlopen(~\x.dll) falhou"),
        (r"C:\\Users\\Outra Pessoa\\x.dll", r"~\\x.dll"),
        ("C:/Usuários/José/x.dll", "~/x.dll"),
        (r"\\?\D:\Users\Fulano\x", r"~\x"),
        (r"c:\documents and settings\fulano\x", r"~\x"),
        ("file:///home/fulano/x", "file://~/x"),
        ("/var/home/fulano/x e /Users/beltrano/y", "~/x e ~/y"),
        ("/home/jinventada/.config", "~/.config"),
        ("https://portal.exemplo/home/inicio", "https://portal.exemplo/home/inicio"),
        ("https://home/inicio", "https://home/inicio"),
        ("/usr/lib/opensc-pkcs11.so", "/usr/lib/opensc-pkcs11.so"),
        ("host pc-inventado.local: JINVENTADA", "host ***.local: ***"),
        ("xjinventada", "xjinventada"),
        ("de 192.168.77.5 para 192.168.77.55", "de *** para 192.168.77.55"),
        ("1192.168.77.5", "1192.168.77.5"),
        ("fe80::ABCD:1%eth0", "***%eth0"),
        ("02-AA-BB-CC-DD-EE 02aabbccddee 02:aa:bb:cc:dd:ee", "*** *** ***"),
        (f"CN={HOLDER}:{CPF}, O=ICP-Brasil", "CN=J*** I*** S***:***.982.247-**, O=ICP-Brasil"),
        ("CN=CARLOS INVENTADO:12345678900", "CN=CARLOS INVENTADO:12345678900"),
        ("EMPRESA INVENTADA LTDA:11222333000181", "E*** I*** L***:**.222.333/0001-**"),
        ("escreva a joana.s@prefeitura.exemplo.br.", "escreva a ***@***."),
        ("root@localhost", "***@***"),
        ("AC SOLUTI Múltipla v5", "AC SOLUTI Múltipla v5"),
    ],
)
def test_free_texts(text: str, expected: str) -> None:
    assert MASKER.text(text) == expected
    assert MASKER.value(Evidence("reason", text)) == expected


def test_generic_accounts_and_hosts_tell_nothing() -> None:
    everywhere = Identity(hosts=("localhost", ""), users=("root", "a"), addresses=("127.0.0.1",))
    text = "localhost root a 127.0.0.1"
    assert Masker(everywhere).text(text) == text


def test_own_homes_with_odd_names_are_hidden() -> None:
    masker = Masker(Identity(homes=("/home/PREF/ana maria/", r"E:\Perfis\ana", "/")))
    assert masker.text("/home/PREF/ana maria/x.so") == "~/x.so"
    assert masker.text(r"e:\perfis\ANA\x e E:/Perfis/ana/y") == r"~\x e ~/y"
    assert masker.text("/opt/x") == "/opt/x"


def test_names_and_serials_of_the_identity_are_hidden_in_texts() -> None:
    masker = Masker(Identity(names=(HOLDER, "Ana\\Lia Rosa"), serials=(SERIAL,)), KEY)
    assert masker.text(f"o titular {HOLDER.title()} veio") == "o titular J*** I*** S*** veio"
    assert masker.text("ana\\lia  rosa") == "A***\\L*** R***"
    assert masker.text(f"serial {SERIAL.lower()}!") == f"serial #{pseudonym(SERIAL, KEY)}!"


@pytest.mark.parametrize("name", ["JÅNA ŠIMA", "ANA NUÑEZ", "Ý YÝ ŐZ", "JANA CĂLIN"])
def test_a_name_is_found_whatever_its_accents(name: str) -> None:
    masker = Masker(Identity(names=(name,)))
    for spelt in (name, name.casefold(), name.title()):
        assert spelt not in masker.text(f"livre de {spelt}, fim")


def test_private_evidence_is_found_in_other_texts() -> None:
    facts = [
        private(HOLDER),
        private((SERIAL, "12"), "token_serial"),
        private("token", "token_label"),
        private("eToken 5110", "token_label"),
        private(1980, "birth_year"),
        Evidence("issuer", "AC Inventada"),
    ]
    masker = MASKER.knowing(facts)
    assert HOLDER not in masker.text(f"login de {HOLDER}")
    assert SERIAL not in masker.text(f"slot 12, token {SERIAL}, eToken 5110, AC Inventada")
    assert "slot 12, token #" in masker.text(f"slot 12, token {SERIAL}")
    assert "eToken 5110" in masker.text("leitora eToken 5110")


def test_texts_of_the_user_lose_numbers_only() -> None:
    text = "Prefeitura de Jinventada, CPF 529.982.247-25, a@b.c, /home/x"
    assert MASKER.numbers(text) == "Prefeitura de Jinventada, CPF ***.982.247-**, ***@***, /home/x"


def test_unreadable_characters_can_be_written() -> None:
    assert readable("a\udce3o") == "a?o"
    assert MASKER.text("Jose\u0301") == "José"


ANY_TEXT = st.text(alphabet=st.characters(), max_size=120)
LIKELY = st.lists(
    st.sampled_from(
        [
            HOLDER,
            CPF,
            "529.982.247-25",
            SERIAL,
            "jinventada",
            "PC-INVENTADO",
            "192.168.77.5",
            "/home/",
            "C:\\Users\\",
            "a@b.c",
            "#",
            "***",
            "~",
            ":",
            " ",
            "/",
            "\\",
            ".",
            "-",
            "da",
            "X",
            "11222333000181",
        ]
    ),
    max_size=14,
).map("".join)


@given(st.one_of(ANY_TEXT, LIKELY))
@example("/home//home/a/home/b")
@example("~/home/a")
def test_masking_texts_twice_changes_nothing(text: str) -> None:
    masker = Masker(Identity(users=("jinventada",), names=(HOLDER,), serials=(SERIAL,)), KEY)
    once = masker.text(text)
    assert masker.text(once) == once


@given(st.one_of(ANY_TEXT, LIKELY), st.sampled_from(["holder", "token_serial", "module"]))
@example("a***b", "holder")
@example("***.456.789-**MARIA", "holder")
@example("#0123456789ab", "holder")
def test_masking_private_values_twice_changes_nothing(text: str, name: str) -> None:
    for masker in (MASKER, KEYLESS):
        once = masker.value(private(text, name))
        assert masker.value(private(once, name)) == once


@given(
    st.text(
        alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=3, max_size=40
    ),
    st.sampled_from(["holder", "token_serial", "token_label", "module", "reason"]),
)
def test_no_private_value_survives(text: str, name: str) -> None:
    assume(sum(c.isalnum() for c in text) > 2)
    assume("*" not in text and "~" not in text and "#" not in text)
    shown = str(MASKER.value(private(text, name)))
    assert readable(text).strip() not in shown
    assert all(word not in shown for word in text.split() if len(word) > 2 and word.isalnum())


IDENTITIES = st.builds(Identity, *[st.lists(ANY_TEXT, max_size=3).map(tuple) for _ in range(6)])


@given(IDENTITIES, ANY_TEXT)
def test_an_odd_identity_never_raises_and_settles(identity: Identity, text: str) -> None:
    masker = Masker(identity, KEY)
    assert masker.text(masker.text(text)) == masker.text(text)


@given(ANY_TEXT)
def test_masked_words_settle(text: str) -> None:
    assert masked_words(masked_words(text)) == masked_words(text)


@pytest.mark.parametrize(
    "hostile",
    ["A" * 50_000, "A " * 25_000, "a@" * 25_000, "/home/" * 8_000, "1" * 50_000, "C:\\" * 9_000],
)
def test_long_texts_take_no_long_time(hostile: str) -> None:
    begun = time.monotonic()
    MASKER.text(hostile)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "text",
    [
        "João Conceição Muñoz",
        "JOAO CONCEICAO MUNOZ",
        "joao.conceicao.munoz",
        "JOAO_CONCEICAO_MUNOZ.p7b",
        "aberto: Joao\tCONCEIÇÃO muñoz!",
    ],
)
@pytest.mark.parametrize("holder", ["JOÃO CONCEIÇÃO MUÑOZ", "JOAO CONCEICAO MUNOZ"])
def test_a_known_name_is_found_in_any_spelling(holder: str, text: str) -> None:
    masker = Masker().knowing([Evidence("holder", holder, private=True)])
    shown = masker.value(Evidence("stderr", text))
    assert isinstance(shown, str)
    assert "J*** C*** M***" in shown
    assert "conce" not in shown.casefold()


@pytest.mark.parametrize(
    "text", ["01:23:AB:cd:ef", "0123 abcd ef", "0123abcdef", "01-23-ab-cd-ef"]
)
def test_a_known_serial_number_is_found_in_any_grouping(text: str) -> None:
    masker = Masker().knowing([Evidence("token_serial", "0123ABCDEF", private=True)])
    assert masker.value(Evidence("stderr", f"token {text}: gone")) == "token ***: gone"
