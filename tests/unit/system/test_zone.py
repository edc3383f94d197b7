"""Brazilian time zones."""

from datetime import timedelta

import pytest

from a3check.system.zone import brazilian


@pytest.mark.parametrize(
    ("name", "hours", "ours"),
    [
        ("America/Sao_Paulo", -3, True),
        ("America/Manaus", -4, True),
        ("America/Noronha", -2, True),
        ("Brazil/Acre", -5, True),
        ("E. South America Standard Time", -3, True),
        ("SA Western Standard Time", -4, True),
        ("America/Sao_Paulo", 0, False),
        ("America/New_York", -5, False),
        ("Eastern Standard Time", -5, False),
        ("EST5EDT", -5, False),
        ("Etc/UTC", 0, False),
        ("Europe/Lisbon", 0, False),
        ("Etc/GMT+3", -3, True),
        ("<-03>3", -3, True),
        ("BRT3", -3, True),
        ("", -4, True),
        ("", -6, False),
    ],
)
def test_zones(name: str, hours: int, ours: bool) -> None:
    assert brazilian(name, timedelta(hours=hours)) is ours


def test_no_offset_is_none_of_ours() -> None:
    assert not brazilian("America/Manaus", None)
