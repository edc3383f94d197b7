import getpass
import socket
from pathlib import Path
from typing import NoReturn, Self

import pytest

from a3check.system import names


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("pc7.town.br", ("pc7.town.br", "pc7")),
        ("pc7", ("pc7",)),
        ("PC-FINANCAS-SALA-7", ("PC-FINANCAS-SALA-7", "PC-FINANCAS-SAL")),
        ("", ()),
    ],
)
def test_host_names(host: str, known: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    assert names.hosts() == known


def test_the_user_and_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "fulano")
    monkeypatch.setenv("HOME", "/home/fulano")
    assert names.users() == ("fulano",)
    assert names.homes() == ("/home/fulano",)


@pytest.mark.parametrize("error", [OSError, KeyError, ImportError])
def test_a_user_without_a_name(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> NoReturn:
        raise error

    def homeless() -> NoReturn:
        raise RuntimeError

    monkeypatch.setattr(getpass, "getuser", fail)
    monkeypatch.setattr(Path, "home", homeless)
    assert names.users() == ()
    assert names.homes() == ()


class Socket:
    def __init__(self, family: int, kind: int) -> None:
        if family == socket.AF_INET6:
            raise OSError
        assert kind == socket.SOCK_DGRAM, "nothing is sent"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def connect(self, place: tuple[str, int]) -> None:
        assert place[0] == "192.0.2.1"

    def getsockname(self) -> tuple[str, int]:
        return ("10.1.2.3", 9)


def test_own_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, address in (("lo", "00:00:00:00:00:00"), ("eth0", "02:00:00:00:00:07")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "address").write_text(f"{address}\n")
    (tmp_path / "odd" / "address").mkdir(parents=True)
    monkeypatch.setattr(names, "_INTERFACES", tmp_path)
    monkeypatch.setattr(socket, "socket", Socket)
    assert names.addresses() == ("10.1.2.3", "02:00:00:00:00:07")
