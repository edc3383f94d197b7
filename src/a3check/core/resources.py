"""Where do the files lie that ship as data?"""

from functools import cache
from pathlib import Path


@cache
def _folder() -> Path:
    package = Path(__file__).resolve().parent.parent
    packed = package / "resources"
    return packed if packed.is_dir() else package.parent.parent / "resources"


def resource(name: str) -> Path:
    """Return the path of a file in ``resources/``.

    The same in a checkout, in an installed wheel (packed into the package by
    ``force-include``) and frozen. ``name`` may hold ``/``: ``"profiles/inss.toml"``.
    """
    return _folder().joinpath(*name.split("/"))
