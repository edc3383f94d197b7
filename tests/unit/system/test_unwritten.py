"""Why something could not be written: one word each, and words for each."""

import errno

import pytest

from a3check.core.catalogue import Catalogue
from a3check.system.unwritten import FAULTS, why


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "refused"),
        (errno.ENAMETOOLONG, "too_long"),
        (errno.EEXIST, "taken"),
        (errno.ENOTDIR, "taken"),
        (errno.ENOENT, "gone"),
        (errno.EIO, "gone"),
        (errno.EBADF, "other"),
    ],
)
def test_the_systems_numbers(number: int, fault: str) -> None:
    assert why(OSError(number, "x")) == fault


@pytest.mark.parametrize(
    ("number", "fault"), [(112, "full"), (19, "read_only"), (21, "gone"), (206, "too_long")]
)
def test_windows_own_numbers_come_first(number: int, fault: str) -> None:
    error = OSError(errno.EACCES, "x")
    error.winerror = number  # type: ignore[attr-defined] # Windows' only
    assert why(error) == fault


def test_an_error_without_a_number_is_told_too() -> None:
    assert why(OSError("no PDF can be painted")) == "other"


@pytest.mark.parametrize("fault", sorted({*FAULTS, "broke"}))
def test_each_has_its_words(fault: str) -> None:
    said = Catalogue("linux").words("saving", f"not_{fault}", folder="/media/PENDRIVE")
    assert "/media/PENDRIVE" in said
    assert "Nada se perdeu" in said
