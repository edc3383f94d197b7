"""`a3check atualizar`, in this process: what it says, writes and returns."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.unit.pki.maker import AC1, ROOT
from tests.unit.pki.zips import packed

from a3check import app, cli
from a3check.cli import output
from a3check.core.resources import resource
from a3check.pki import calist
from a3check.pki.brought import NotBrought
from a3check.system import authorities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from a3check.core.stop import Stop
    from a3check.net.listing import Source

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's list of CAs would be; no bundle ships."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("a3check.app.log_to_file", lambda: None)
    monkeypatch.setattr(authorities, "resource", lambda name: tmp_path / "bundle" / name)
    return authorities.cache_folder() / authorities.LIST


def test_it_is_time_for_a_newer_list(listed: Path) -> None:
    assert app.old_list(MOMENT.date()) is None
    listed.parent.mkdir(parents=True)
    day = MOMENT.date() - timedelta(days=app.OLD_LIST)
    listed.write_bytes(calist.dumps(day, []))
    assert app.old_list(MOMENT.date()) is None
    assert app.old_list(MOMENT.date() + timedelta(days=1)) == day


def test_an_update_in_a_file(
    listed: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    zipped = tmp_path / "lista.zip"
    zipped.write_bytes(b"<html>")
    told = tmp_path / "resultado.json"
    status = cli.main(("atualizar", "--de", str(zipped), "--json", str(told)))
    said = capsys.readouterr()
    assert (status, said.out) == (output.CAUSE, "")
    assert said.err.startswith("a3check: o que veio de")
    assert json.loads(told.read_text("utf-8"))["result"] == "not_zip"
    known = tmp_path / "p.toml"
    pin = f'roots_sha256 = ["{ROOT.facts.sha256}"]'
    text = resource("profiles/inss.toml").read_text("utf-8")
    known.write_text(f"{text}\n[trust]\n{pin}\n", "utf-8")
    zipped.write_bytes(packed({"a": ROOT.der, "b": AC1.der}))
    arguments = ("atualizar", "--perfil", str(known), "--de", str(zipped))
    assert cli.main((*arguments, "--json", "-")) == output.OK
    said = capsys.readouterr()
    assert json.loads(said.out)["added"] == ["AC INVENTADA v5", ROOT.facts.common_name]
    assert "atualizadas: 2 certificados" in said.err
    assert listed.is_file()
    assert cli.main(arguments) == output.OK
    assert capsys.readouterr().out.startswith("Nenhuma AC nova.")
    assert cli.main(("atualizar", "--sem-rede")) == output.OK
    assert "em uso: 2" in capsys.readouterr().out
    folder = tmp_path / "pasta"
    assert cli.main((*arguments, "--pasta", str(folder))) == output.OK
    assert (folder / authorities.LIST).is_file()


def test_an_update_from_a_network_that_is_away(
    listed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []

    def bring(
        sources: Iterable[Source], _profile: object, *, private: bool, stop: Stop
    ) -> NotBrought:
        assert not stop.is_set()
        asked.extend((source.url, private) for source in sources)
        return NotBrought("http://acraiz.icpbrasil.gov.br/x", "name")

    monkeypatch.setattr("a3check.net.listing.bring", bring)
    assert cli.main(("atualizar",)) == output.UNKNOWN
    assert "acraiz.icpbrasil.gov.br não foi encontrado" in capsys.readouterr().err
    assert [private for _, private in asked] == [False, False]
    assert cli.main(("atualizar", "--de", "http://10.0.0.1/l.zip")) == output.UNKNOWN
    assert asked[-1] == ("http://10.0.0.1/l.zip", True)


def test_an_address_that_is_none_is_named_as_it_was_typed(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(("atualizar", "--de", "ftp://servidor/lista.zip")) == output.CAUSE
    said = capsys.readouterr().err
    assert "“ftp://servidor/lista.zip”" in said
    assert "hashsha512" not in said
    assert not listed.exists()


def test_an_update_that_is_stopped_says_so(
    listed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("a3check.net.listing.bring", stopped)
    assert cli.main(("atualizar",)) == output.CANCELLED
    assert capsys.readouterr().err == "a3check: Interrompido: nada ficou gravado pela metade.\n"
    assert not listed.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--de", "/nowhere/l.zip"),
        ("--de", "/etc"),
        ("--de", ""),
        ("--de", "x\0y"),
        ("--sem-rede", "--de", "http://x/l.zip"),
        ("--json", "/nowhere/x.json"),
        ("--pasta", "/dev/null/x"),
    ],
)
def test_a_wrong_use_of_the_update(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(("atualizar", *arguments)) == output.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"a3check: {arguments[0] if len(arguments) == 2 else '--de'}")
