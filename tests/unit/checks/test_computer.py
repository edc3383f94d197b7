import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import computer
from a3check.core.computer import Computer, Session


def a_computer(session: Session = Session.LOCAL, **more: bool) -> Computer:
    return Computer("Linux 12", "x86_64", session, "pt_BR", **more)


@pytest.mark.parametrize(
    ("given", "codes", "evidence"),
    [
        (a_computer(), ("computer.ready",), ("Linux 12", "local")),
        (a_computer(Session.REMOTE), ("computer.remote_session",), (None, "remote")),
        (a_computer(supported=False), ("computer.unsupported_system",), ("Linux 12", None)),
        (a_computer(csp_to_ksp_change=True), ("computer.csp_to_ksp_change",), ("Linux 12", None)),
        (
            a_computer(certificate_policy=True),
            ("computer.certificate_policy",),
            ("Linux 12", None),
        ),
    ],
)
def test_judge(
    given: Computer, codes: tuple[str, ...], evidence: tuple[str | None, str | None]
) -> None:
    found = computer.judge(given)
    assert said(found) == codes
    assert fact(found[0], "system", "session") == evidence


def test_every_warning_is_named() -> None:
    odd = a_computer(
        Session.REMOTE, supported=False, csp_to_ksp_change=True, certificate_policy=True
    )
    assert len(said(computer.judge(odd))) == 4


def test_the_computer_is_a_fact_for_others() -> None:
    world = World()
    assert said(world.run(computer.CHECK)) == ("computer.ready",)
    assert world.context.recall(Computer) == world.system.described
