"""`a3check certificado` in this process: what it takes, what it says, and its exit status."""

from __future__ import annotations

import base64
import json
import os
import signal
from typing import TYPE_CHECKING, Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from tests.unit.pki.lists import crl_of
from tests.unit.pki.maker import AC1, AC2, DAY, LEAF, NOW, ROOT, Made, ca, leaf, person
from tests.unit.pki.test_revocation import response

from a3check import cli
from a3check.checks import certificate
from a3check.checks.clock import TrustedClock
from a3check.cli import output
from a3check.cli.certificate import FEW, items_of, worst
from a3check.cli.examine import Item, _pioneers_first
from a3check.core.catalogue import catalogue
from a3check.core.register import Status
from a3check.options import UsageError, instant
from a3check.pki.certificate import Certificate, Unreadable
from a3check.system.given import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WORDS = catalogue()
AT: Final = "2026-11-22T12:00:00Z"
HER = leaf(AC2, common="BELTRANA DE TAL:11144477735", san=person("11144477735"), own="her")
EXPIRED = leaf(AC2, begins=NOW - 500 * DAY, ends=NOW - DAY, own="expired")
CHECKS: Final = ["certificate", "chain", "revocation"]

Run = tuple[int, str, str]


def pem(*held: Made) -> bytes:
    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n%b-----END CERTIFICATE-----\n" % base64.encodebytes(one.der)
        for one in held
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the CAs' files, and a certificate."""
    (tmp_path / "raiz.pem").write_bytes(pem(ROOT))
    (tmp_path / "acs.pem").write_bytes(pem(AC1, AC2))
    for name, issuer in (("raiz", ROOT), ("ac1", AC1), ("ac2", AC2)):
        (tmp_path / f"{name}.crl").write_bytes(crl_of(issuer=issuer).body)
    (tmp_path / "ela.pem").write_bytes(pem(HER))
    (tmp_path / "vencido.cer").write_bytes(EXPIRED.der)
    (tmp_path / "lixo").write_bytes(b"no certificate")
    return tmp_path


@pytest.fixture
def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Run]]:
    """Run the command in that folder, offline, by its CAs and lists alone, as of that moment."""
    monkeypatch.setattr("a3check.app.log_to_file", lambda: None)
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.chdir(folder)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def run(*arguments: str, case: bool = True) -> Run:
        lists = (f"--lcr={name}.crl" for name in ("raiz", "ac1", "ac2"))
        given = ("--raiz=raiz.pem", "--ac=acs.pem", *lists, "--em", AT, "--sem-rede")
        status = cli.main(("certificado", *arguments, *(given if case else ())))
        said = capsys.readouterr()
        return status, said.out, said.err

    yield run
    for number, handler in before.items():
        signal.signal(number, handler)


def objects(run: Callable[..., Run], *arguments: str, case: bool = True) -> list[dict[str, Any]]:
    _, out, _ = run("--json", "-", *arguments, case=case)
    entries: list[dict[str, Any]] = json.loads(out)
    return entries


def codes(entry: dict[str, Any]) -> list[str]:
    return [finding["code"] for check in entry["checks"] for finding in check["findings"]]


# ---- forms and order


def test_one_good_certificate(run: Callable[..., Run]) -> None:
    status, out, err = run("ela.pem")
    assert (status, err) == (output.OK, "")
    first, *rest = out.splitlines()
    assert first.startswith("✓ ela.pem · B*** T*** · ")
    assert rest == [WORDS.words("cli", "code", code="certificate.usable")]


def test_the_objects_have_the_order_of_the_input(run: Callable[..., Run], folder: Path) -> None:
    chain = [made.x509 for made in (HER, AC2, AC1, ROOT)]
    (folder / "cadeia.p7b").write_bytes(pkcs7.serialize_certificates(chain, Encoding.DER))
    (folder / "cadeia.txt").write_bytes(b"text\r\n" + pem(LEAF, AC2).replace(b"\n", b"\r\n"))
    files = ("vencido.cer", "cadeia.p7b", "lixo", "cadeia.txt", "ela.pem")
    entries = objects(run, *files)
    assert [(e["file"], e["index"]) for e in entries] == [
        ("vencido.cer", 0),
        *(("cadeia.p7b", index) for index in range(4)),
        ("lixo", 0),
        ("cadeia.txt", 0),
        ("cadeia.txt", 1),
        ("ela.pem", 0),
    ]
    assert [[c["name"] for c in e["checks"]] for e in entries] == [CHECKS] * 9
    status, out, _ = run(*files)
    assert status == output.CAUSE
    signs = {line[2:].partition(" · ")[0]: line[0] for line in out.splitlines()}
    assert list(signs) == [
        "vencido.cer",
        *(f"cadeia.p7b[{index}]" for index in range(4)),
        "lixo",
        "cadeia.txt[0]",
        "cadeia.txt[1]",
        "ela.pem",
    ]
    assert "".join(signs.values()).replace("✓", "").replace("!", "") == "✗✗"
    assert signs["ela.pem"] == signs["cadeia.txt[0]"] == "✓"
    assert signs["cadeia.txt[1]"] == "!"


def test_the_others_of_a_file_may_be_its_cas(run: Callable[..., Run], folder: Path) -> None:
    (folder / "tudo.pem").write_bytes(pem(HER, AC2, AC1, ROOT))
    (folder / "so.pem").write_bytes(pem(HER))
    entries = objects(
        run, "tudo.pem", "so.pem", "--raiz=raiz.pem", "--em", AT, "--sem-rede", case=False
    )
    assert "chain.valid" in codes(entries[0])
    assert "chain.issuer_missing" in codes(entries[4])


def test_one_person_among_cas_is_told_in_full(run: Callable[..., Run], folder: Path) -> None:
    (folder / "tudo.pem").write_bytes(pem(EXPIRED, AC2, AC1))
    _, out, _ = run("tudo.pem")
    lines = out.splitlines()
    assert [line[0] for line in lines[:3]] == ["✗", "!", "!"]
    assert lines[3] == "Sobre tudo.pem[0]:"
    assert lines[-1] == WORDS.words("cli", "code", code="certificate.expired")
    assert sum(line.startswith("  1. ") for line in lines) == 1
    two = run("tudo.pem", "ela.pem")[1].splitlines()
    assert len(two) == 4, "of several people a line each"


def test_a_pfx_is_named_and_not_opened(run: Callable[..., Run], folder: Path) -> None:
    (folder / "ela.pfx").write_bytes(bytes.fromhex("3006020103300100"))
    status, out, _ = run("ela.pfx")
    assert status == output.CAUSE
    assert out.startswith("✗ ela.pfx · É um arquivo .pfx (ou .p12), que traz também a chave\n")
    (entry,) = objects(run, "ela.pfx")
    assert entry["checks"][0]["findings"][0]["evidence"]["reason"] == "pfx"


def test_a_ca_is_judged_as_one(run: Callable[..., Run], folder: Path) -> None:
    (folder / "ac.pem").write_bytes(pem(AC2, ROOT))
    status, out, _ = run("ac.pem")
    assert status == output.OK
    assert [line[0] for line in out.splitlines()] == ["!", "!"]
    assert "AC INVENTADA MULTIPLA v5" in out
    ac, root = objects(run, "ac.pem")
    assert codes(ac) == ["certificate.wrong_type", "chain.valid", "revocation.good"]
    assert codes(root) == ["certificate.wrong_type", "chain.valid"]
    assert root["checks"][2]["status"] == "skipped"
    assert root["checks"][2]["because"] == "chain"
    assert ac["verdict"]["status"] == root["verdict"]["status"] == "passed"


def test_a_persons_name_is_masked_in_a_certificate_that_calls_itself_a_ca(
    run: Callable[..., Run], folder: Path
) -> None:
    (folder / "proprio.pem").write_bytes(pem(ca("BELTRANA DE TAL:11144477735")))
    status, out, err = run("proprio.pem", "--json=r.json")
    assert status == output.CAUSE
    written = (folder / "r.json").read_text("utf-8")
    assert not [
        text for text in (out, err, written) if "BELTRANA" in text or "11144477735" in text
    ]


def test_what_cannot_be_read_is_an_object(run: Callable[..., Run], folder: Path) -> None:
    (folder / "vazio").touch()
    (folder / "pasta").mkdir()
    none = pkcs7.serialize_certificates([HER.x509], Encoding.DER)
    (folder / "quebrado.p7b").write_bytes(none[: len(none) // 2])
    (folder / "grande").write_bytes(b"0" * (8 * 1024 * 1024 + 1))
    files = ("vazio", "pasta", "quebrado.p7b", "grande")
    entries = objects(run, *files)
    assert [entry["file"] for entry in entries] == [*files]
    for entry in entries:
        assert codes(entry) == ["certificate.unreadable"]
        assert entry["verdict"]["cause"] == "certificate.unreadable"
        assert [c["status"] for c in entry["checks"]] == ["failed", "skipped", "skipped"]
        assert [c.get("because") for c in entry["checks"][1:]] == ["certificate"] * 2
    assert len({entry["verdict"]["title"] for entry in entries}) == 3
    assert run(*files)[0] == output.CAUSE


def test_all_findings_are_listed_the_worst_first(run: Callable[..., Run], folder: Path) -> None:
    soon = leaf(AC2, ends=NOW + DAY, own="soon")
    (folder / "logo.pem").write_bytes(pem(soon))
    (entry,) = objects(run, "logo.pem")
    assert codes(entry)[:2] == ["certificate.expires_soon", "certificate.usable"]
    (entry,) = objects(run, "vencido.cer")
    assert codes(entry) == ["certificate.expired", "chain.valid", "revocation.good"]


def test_a_file_without_any_certificate_in_it() -> None:
    (item,) = items_of("a", pkcs7_without_any())
    assert isinstance(item.held, Unreadable)
    (item,) = items_of("a", Unread("denied"))
    assert item.held == Unreadable(b"", "denied")


def pkcs7_without_any() -> bytes:
    """A SignedData (RFC 5652 §5.1) that holds nothing."""
    data = bytes.fromhex("300b06092a864886f70d010701")
    inner = b"\x02\x01\x01" + b"\x31\x00" + data + b"\x31\x00"
    signed = bytes([0x30, len(inner)]) + inner
    outer = bytes.fromhex("06092a864886f70d010702") + bytes([0xA0, len(signed)]) + signed
    return bytes([0x30, len(outer)]) + outer


# ---- options


def test_the_moment_that_is_named_counts(run: Callable[..., Run], folder: Path) -> None:
    later = (
        "--raiz=raiz.pem",
        "--ac=acs.pem",
        "--sem-rede",
        "--em",
        "2031-01-01t00:00:00.5-03:00",
    )
    (entry,) = objects(run, "ela.pem", *later, case=False)
    assert entry["verdict"]["cause"] == "certificate.expired"
    assert entry["checks"][0]["findings"][0]["evidence"]["judged_by"] == "option"
    early = (*later[:-1], "1980-01-06T00:00:00Z")
    (entry,) = objects(run, "ela.pem", *early, case=False)
    assert entry["verdict"]["cause"] == "certificate.not_yet_valid"


def test_ocsp_answers_serve_too(run: Callable[..., Run], folder: Path) -> None:
    (folder / "dele.pem").write_bytes(pem(LEAF))
    (folder / "resposta").write_bytes(response().body)
    lists = ("--lcr=raiz.crl", "--lcr=ac1.crl", "--ocsp=resposta")
    given = ("--raiz=raiz.pem", "--ac=acs.pem", "--em", AT, "--sem-rede")
    (entry,) = objects(run, "dele.pem", *given, *lists, case=False)
    assert entry["verdict"]["status"] == "passed"
    (entry,) = objects(run, "dele.pem", *given, *lists[:2], case=False)
    assert entry["verdict"]["cause"] == "revocation.unreachable"


def test_only_the_roots_that_are_named_count(run: Callable[..., Run], folder: Path) -> None:
    (folder / "outra.pem").write_bytes(pem(AC1))
    given = ("--ac=acs.pem", "--em", AT, "--sem-rede")
    (entry,) = objects(run, "ela.pem", "--ac=raiz.pem", *given, case=False)
    assert entry["verdict"]["cause"] == "chain.root_unknown"
    (entry,) = objects(run, "ela.pem", "--raiz=raiz.pem", *given, case=False)
    assert "chain.valid" in codes(entry)
    (entry,) = objects(run, "ela.pem", "--raiz=outra.pem", *given, case=False)
    assert "chain.valid" in codes(entry)


def test_files_and_options_in_any_order(run: Callable[..., Run]) -> None:
    entries = objects(run, "ela.pem", "--sem-mascara", "vencido.cer")
    assert [entry["file"] for entry in entries] == ["ela.pem", "vencido.cer"]
    holder = entries[0]["checks"][0]["findings"][0]["evidence"]["holder"]
    assert holder == "BELTRANA DE TAL"


def test_standard_input(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    ends = os.pipe()
    os.write(ends[1], pem(HER))
    os.close(ends[1])
    with os.fdopen(ends[0]) as stream:
        monkeypatch.setattr("sys.stdin", stream)
        entries = objects(run, "vencido.cer", "-")
    assert [entry["file"] for entry in entries] == ["vencido.cer", "-"]
    assert "certificate.usable" in codes(entries[1])


def test_the_json_goes_to_a_file_and_the_lines_to_the_screen(
    run: Callable[..., Run], folder: Path
) -> None:
    status, out, _ = run("ela.pem", "--json", "fim.json")
    assert status == output.OK
    assert out.startswith("✓ ela.pem")
    assert len(json.loads((folder / "fim.json").read_text("utf-8"))) == 1
    _, out, err = run("ela.pem", "--json", "-")
    assert len(json.loads(out)) == 1
    assert err.startswith("✓ ela.pem")


def test_how_far_it_is_where_there_is_no_terminal(
    run: Callable[..., Run], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("a3check.cli.certificate.EVERY", 0.0)
    _, _, err = run(*["lixo"] * FEW)
    said = [WORDS.words("cli", "examining", done=n, all=FEW) for n in range(1, FEW + 1)]
    assert err.splitlines() == said
    assert not run(*["lixo"] * (FEW - 1))[2]


WRONG: Final = {
    "no file": ((), ""),
    "a file that is not there": (("ela.pem", "nowhere.pem"), "nowhere.pem"),
    "an empty name": (("",), "“”"),
    "a name of two lines": (("no\nwhere",), "no where"),
    "standard input twice": (("-", "ela.pem", "-"), "(-)"),
    "standard input as a file and as a root": (("-", "--raiz", "-"), "(-)"),
    "a root that is not there": (("ela.pem", "--raiz", "nowhere.pem"), "nowhere.pem"),
    "a root that is none": (("ela.pem", "--raiz", "lixo"), "--raiz: “lixo”"),
    "an empty root": (("ela.pem", "--raiz", "vazio"), "--raiz: “vazio”"),
    "a damaged CA": (("ela.pem", "--ac", "meio.pem"), "--ac: “meio.pem”"),
    "a folder of CAs": (("ela.pem", "--ac", "."), "é uma pasta"),
    "a list that is none": (("ela.pem", "--lcr", "ela.pem"), "não é uma LCR"),
    "an answer that is none": (("ela.pem", "--ocsp", "raiz.crl"), "não é uma resposta OCSP"),
    "a moment without a zone": (("ela.pem", "--em", "2026-11-22T12:00:00"), "--em"),
    "a day of no month": (("ela.pem", "--em", "2026-02-30T12:00:00Z"), "--em"),
    "an unknown option behind": (("ela.pem", "--sem-rede", "x.pem", "--turbo"), "--turbo"),
    "a short one": (("ela.pem", "--sem-rede", "x.pem", "-t"), "-t"),
    "an option of another command": (("ela.pem", "--sem-pin"), "--sem-pin"),
    "a place of none": (("ela.pem", "--json", "/nowhere/r.json"), "/nowhere/r.json"),
    "the JSON over the certificate": (("ela.pem", "--json", "./ela.pem"), "./ela.pem"),
    "the JSON over a list": (("ela.pem", "--lcr", "ac2.crl", "--json", "./ac2.crl"), "./ac2.crl"),
    "a profile that is not there": (("ela.pem", "--perfil", "nowhere.toml"), "nowhere.toml"),
}
"""Command lines that are refused, and what the one line names."""


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_one_line(case: str, run: Callable[..., Run], folder: Path) -> None:
    (folder / "vazio").touch()
    (folder / "meio.pem").write_bytes(pem(AC1) + pem(AC2).replace(b"MII", b"AAA"))
    arguments, named = WRONG[case]
    status, out, err = run(*arguments, case=False)
    assert (status, out) == (output.USAGE, "")
    assert err.startswith("a3check: ")
    assert err.count("\n") == 1
    assert named in err


def test_a_file_of_cas_may_be_empty(run: Callable[..., Run], folder: Path) -> None:
    (folder / "vazio").write_text("\n")
    (entry,) = objects(run, "ela.pem", "--ac", "vazio")
    assert entry["verdict"]["status"] == "passed"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T12:00:00Z", NOW),
        ("2026-11-22t08:00:00.999-04:00", NOW),
        ("2026-11-22 12:00:00z", NOW),
        ("2026-11-22T12:00:60Z", NOW + DAY / 86400 * 59),
    ],
)
def test_a_moment(text: str, moment: object) -> None:
    assert instant(text) == moment


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time_can_be_reckoned_with(text: str, run: Callable[..., Run]) -> None:
    given = ("--raiz=raiz.pem", "--ac=acs.pem", "--lcr=ac2.crl", "--sem-rede", "--em", text)
    (entry,) = objects(run, "ela.pem", *given, case=False)
    assert entry["verdict"]["status"] == "failed"
    assert "crashed" not in {check["status"] for check in entry["checks"]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22T12:00Z",
        "2026-11-22T12:00:00",
        "2026-11-22T12:00:00+0300",
        "2026-11-22T25:00:00Z",
        "2026-11-22T12:00:00+25:00",
        "0000-11-22T12:00:00Z",
        " 2026-11-22T12:00:00Z",
        "\uff12026-11-22T12:00:00Z",
    ],
)
def test_no_moment(text: str) -> None:
    with pytest.raises(UsageError):
        instant(text)


# ---- ends


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ((), output.OK),
        ((Status.PASSED, Status.WARNING), output.OK),
        ((Status.UNKNOWN, Status.PASSED), output.UNKNOWN),
        ((Status.UNKNOWN, Status.CRASHED), output.DEFECT),
        ((Status.CRASHED, Status.FAILED, Status.UNKNOWN), output.CAUSE),
    ],
)
def test_the_exit_status_is_the_worst(ends: tuple[Status, ...], status: int) -> None:
    assert worst(ends) == status


def test_a_defect_of_ours_is_named_so(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(certificate, "judge_alone", broken)
    status, out, _ = run("ela.pem")
    assert status == output.DEFECT
    assert out.startswith("✗ ela.pem")
    assert WORDS.words("report", "crashed_title") in out
    assert run("ela.pem", "lixo")[0] == output.CAUSE


def test_what_cannot_be_written_is_told_at_the_end(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("a3check.system.folders.write", full)
    status, _, err = run("ela.pem", "--json", "fim.json")
    assert status == output.USAGE
    assert "fim.json" in err


def test_one_of_each_issuer_goes_first() -> None:
    other = AC2.facts
    held: tuple[Certificate | Unreadable, ...] = (
        Unreadable(b"", "x"),
        LEAF.facts,
        HER.facts,
        other,
        EXPIRED.facts,
    )
    items = [Item("a", index, 5, one) for index, one in enumerate(held)]
    assert _pioneers_first(items) == (1, 3, 0, 2, 4)


def test_the_clock_of_a_run_without_a_network(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ("--raiz=raiz.pem", "--ac=acs.pem", "--sem-rede")
    (entry,) = objects(run, "vencido.cer", *given, case=False)
    evidence = entry["checks"][0]["findings"][0]["evidence"]
    assert evidence["judged_by"] == "computer"
    monkeypatch.setattr("a3check.net.network.Internet.times", lambda *_: ())
    monkeypatch.setattr("a3check.checks.clock.agreed", lambda _: 0.0)
    monkeypatch.setattr("a3check.net.network.Internet.inquire", lambda _, asked: [{}] * len(asked))
    (entry,) = objects(run, "vencido.cer", *given[:-1], case=False)
    evidence = entry["checks"][0]["findings"][0]["evidence"]
    assert evidence["judged_by"] == TrustedClock(0.0).judged_by
