from a3check.core.register import Acts, Blame, Code, Status, register


def test_statuses_from_best_to_worst() -> None:
    worse = [
        Status.SKIPPED,
        Status.PASSED,
        Status.WARNING,
        Status.UNKNOWN,
        Status.FAILED,
        Status.CRASHED,
    ]
    assert sorted(Status, key=lambda status: status.gravity) == worse


def test_codes_in_their_order() -> None:
    table = register()
    assert [code.order for code in table.codes.values()] == list(range(len(table.codes)))
    ready, around = (
        table.codes["computer.ready"],
        ("antivirus", "firewall", "virtual", "code_page"),
    )
    always = ("system", "session")
    assert ready == Code(
        "computer.ready", Status.PASSED, Blame.NOBODY, Acts.NOBODY, 0, always, around
    )
    assert table.codes["pin.incorrect"].optional == ("tries_left",)
    assert {name.partition(".")[0] for name in table.codes} == {*table.checks, "any"}


def test_what_a_check_requires_stands_before_it() -> None:
    table = register()
    assert table.requires.keys() == set(table.checks)
    for check, needs in table.requires.items():
        assert all(table.checks.index(need) < table.checks.index(check) for need in needs)
    assert table.date == "2026-11-01"
