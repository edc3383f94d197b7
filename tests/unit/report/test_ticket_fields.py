"""The ticket field by field: for a form, within its limits, for others, masked or in clear."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report.samples import (
    ABOUT,
    CPF,
    HOLDER,
    IDENTITY,
    SERIAL,
    STARTED,
    diagnosis,
    finding,
)

from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.model import Diagnosis
from a3check.core.ports import JSON
from a3check.core.profile import FormField, Support, builtin
from a3check.core.register import register
from a3check.core.settings import Place
from a3check.core.values import FORM_FIELDS, LEAST_DESCRIPTION, LEAST_ROOM
from a3check.report.addressee import Kind
from a3check.report.document import document
from a3check.report.mask import Masker
from a3check.report.passage import length
from a3check.report.ticket import Ticket, drawn_up, ticket

EXPIRED = found(
    "certificate.expired",
    secretly("holder", f"{HOLDER}:{CPF}"),
    not_after=STARTED,
    days=3,
    judged_by="trusted",
    issuer="AC CERTISIGN RFB G5",
)
TOKEN = found(
    "token.ready",
    secretly("token_serial", SERIAL),
    module="m",
    token_model="t",
    token_maker="f",
    pin_state="ok",
)


def report(ended: Diagnosis, *, masked: bool = True) -> dict[str, JSON]:
    return document(ended, ABOUT, masked=masked, masker=Masker(IDENTITY, b"chave"))


def drawn(
    code: str = "login.rejected",
    *,
    fields: tuple[FormField, ...] = Support().fields,
    kind: Kind | None = Kind.PORTAL,
    masked: bool = True,
) -> Ticket:
    ended = diagnosis(TOKEN, finding(code))
    support = Support(fields=fields)
    given_ = report(ended, masked=masked)
    return drawn_up(given_, catalogue(), support=support, contact="Joana, 555", kind=kind)


def texts(made: Ticket) -> dict[str, str]:
    return {field.name: field.text for field in made.fields}


def test_the_built_in_form_asks_for_four_things() -> None:
    made = drawn()
    assert [field.name for field in made.fields] == [f.name for f in builtin().support.fields]
    said = texts(made)
    assert said["category"] == "Certificado Digital ACT"
    assert said["entity"] == "Prefeitura Inventada, Município Inventado (AM), acordo ACT 12/2025"
    assert said["contact"] == "Joana, 555"
    for start in ("O que acontece: ", "Data e hora: ", "Código do diagnóstico: login.rejected"):
        assert start in said["description"]
    assert "Número do relatório: 20261122T143107-7f3a" in said["description"]
    assert made.url == Support().url
    assert (made.id, made.clear) == ("20261122T143107-7f3a", False)
    assert not made.title.endswith(".")


def test_a_profile_names_order_labels_and_limits() -> None:
    every = tuple(FormField(name, "Relato" if name == "id" else "") for name in FORM_FIELDS)
    made = drawn(fields=every)
    assert tuple(field.name for field in made.fields) == FORM_FIELDS
    said = texts(made)
    assert all(said.values())
    assert (said["municipality"], said["state"]) == ("Município Inventado", "AM")
    assert said["agreement"] == "ACT 12/2025"
    assert said["code"] == "login.rejected"
    assert said["id"] == "20261122T143107-7f3a"
    assert said["when"] == "22/11/2026 14:31:07 (horário UTC-04:00)"
    assert said["host"] in said["description"]
    assert said["message"] in said["description"]
    assert said["subject"].startswith("Certificado A3 não entra no INSS Digital: ")
    assert said["tried"].startswith("- ")
    assert said["facts"].startswith("Computador: ")
    assert next(f.label for f in made.fields if f.name == "id") == "Relato"
    assert "Relato: 20261122T143107-7f3a" in made.text


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(register().codes)),
    st.integers(LEAST_DESCRIPTION, 2500),
    st.integers(LEAST_ROOM, 200),
)
def test_no_limit_is_exceeded_and_moment_code_and_number_stay(
    code: str, limit: int, other: int
) -> None:
    names = [name for name in FORM_FIELDS if name != "description"]
    fields = (FormField("description", limit=limit), *(FormField(n, limit=other) for n in names))
    ended = diagnosis(finding(code))
    made = drawn_up(report(ended), catalogue(), support=Support(fields=fields), contact="J" * 300)
    if not made.to.portal:
        made = drawn_up(
            report(ended), catalogue(), support=Support(fields=fields), kind=Kind.PORTAL
        )
    for field, asked in zip(made.fields, fields, strict=True):
        assert length(field.text) <= asked.limit, field.name
        assert field.whole in made.text, "nothing is lost"
        assert field.shortened is (field.text != field.whole)
    lines = made.fields[0].text.split("\n")
    assert "Data e hora: 22/11/2026 14:31:07 (horário UTC-04:00)" in lines
    assert "Número do relatório: 20261122T143107-7f3a" in lines
    said = made.fields[0].whole
    if "Código do diagnóstico: " in said:
        assert f"Código do diagnóstico: {code}" in lines
    if made.fields[0].shortened:
        assert lines[-1] == "[Encurtado para caber. O texto inteiro está no anexo chamado.txt.]"


def test_the_whole_description_is_in_the_file_even_where_the_form_asks_for_none() -> None:
    text = drawn(fields=(FormField("id"),)).text
    assert "DESCRIÇÃO DETALHADA\n" in text
    assert "DADOS TÉCNICOS" in text


def test_what_was_not_filled_in_is_empty_and_no_line_of_the_file() -> None:
    about = replace(ABOUT, place=Place())
    made = drawn_up(document(diagnosis(finding("login.rejected")), about), catalogue())
    assert texts(made)["entity"] == texts(made)["contact"] == ""
    assert "Entidade:" not in made.text
    only = replace(ABOUT, place=Place("Manaus"))
    made = drawn_up(document(diagnosis(finding("login.rejected")), only), catalogue())
    assert texts(made)["entity"] == "Manaus"


@pytest.mark.parametrize("kind", Kind)
def test_each_has_a_text_of_its_own(kind: Kind) -> None:
    made = drawn("certificate.expired", kind=kind)
    head = made.text.split("\n")[0]
    assert head.startswith("CHAMADO PARA ")
    assert ("INSS" in head) is (kind is Kind.PORTAL)
    assert (made.to.kind, made.judged.kind) == (kind, Kind.SUPPLIER)
    names = [field.name for field in made.fields]
    assert names[0] == ("category" if kind is Kind.PORTAL else "subject")
    asks = "Peço ajuda" in texts(made)["description"]
    assert asks is (kind is not Kind.PORTAL)
    assert ("Antes de abrir" in made.text) is (kind is Kind.PORTAL)
    assert not any(field.shortened for field in made.fields if kind is not Kind.PORTAL)


def test_the_supplier_s_page_stands_in_their_ticket() -> None:
    made = drawn_up(report(diagnosis(EXPIRED)), catalogue())
    assert made.url == "https://www.certisign.com.br/"
    assert "Site do fornecedor: https://www.certisign.com.br/" in made.text
    assert drawn("certificate.expired", kind=Kind.SUPPLIER).url == "", (
        "none is known, none is made up"
    )


def test_in_clear_only_where_the_report_is() -> None:
    ended = diagnosis(TOKEN, EXPIRED)
    masked = drawn_up(report(ended), catalogue(), kind=Kind.PORTAL)
    clear = drawn_up(report(ended, masked=False), catalogue(), kind=Kind.PORTAL)
    assert (masked.clear, clear.clear) == (False, True)
    assert not any(private in masked.text for private in (HOLDER, CPF, SERIAL))
    assert f"Titular do certificado: {HOLDER}:{CPF}" in texts(clear)["description"].split("\n")
    assert "Titular" not in masked.text
    assert masked.id == clear.id


def test_a_server_s_certificate_is_not_told_as_the_user_s() -> None:
    server = found("server.trusted", host="h", tls_version="", issuer="AC Servidor", not_after="x")
    text = ticket(report(diagnosis(finding("card.absent"), server)), catalogue())
    assert "AC Servidor" not in text


def test_after_a_right_end_the_user_is_asked_what_is_missing() -> None:
    text = drawn("login.accepted").text
    assert "[escreva aqui o que aparece na tela depois que o certificado é aceito]" in text
    assert "[escreva aqui" not in drawn("login.rejected").text


def test_the_technician_is_told_what_to_do() -> None:
    told = drawn("service.stopped", kind=Kind.TECHNICIAN).text
    steps = catalogue().advice(finding("service.stopped")).steps
    assert "O QUE O A3CHECK ORIENTA\n1. " in told
    assert all(f"{number}. {step}" in told for number, step in enumerate(steps, 1))
    assert "ORIENTA\n" not in drawn("service.stopped", kind=Kind.PORTAL).text
