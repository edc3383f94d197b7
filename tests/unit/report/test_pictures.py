"""The pictures that a report names."""

import hashlib
import json

from jsonschema import Draft202012Validator
from tests.unit.report.samples import ABOUT, STARTED, diagnosis, finding

from a3check.core.resources import resource
from a3check.report.document import document
from a3check.report.pictures import FILES, Kind, Picture, with_pictures

REPORT = document(diagnosis(finding("card.absent")), ABOUT)
OWN = Picture(FILES[Kind.OWN], Kind.OWN, STARTED, b"o")
SCREEN = Picture(FILES[Kind.SCREEN], Kind.SCREEN, STARTED, b"s")


def test_each_picture_is_named_with_its_moment_and_its_sum() -> None:
    written = with_pictures(REPORT, (OWN, SCREEN))
    assert written["pictures"] == [
        {
            "file": "captura.png",
            "kind": "own",
            "taken": "2026-11-22T14:31:07-04:00",
            "sha256": hashlib.sha256(b"o").hexdigest(),
        },
        {
            "file": "navegador.png",
            "kind": "screen",
            "taken": "2026-11-22T14:31:07-04:00",
            "sha256": hashlib.sha256(b"s").hexdigest(),
        },
    ]
    schema = json.loads(resource("report.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(written)


def test_the_rest_of_the_report_stays() -> None:
    written = dict(with_pictures(REPORT, (OWN,)))
    del written["pictures"]
    assert written == REPORT
    assert "pictures" not in REPORT


def test_other_pictures_take_the_place_of_the_former() -> None:
    once = with_pictures(REPORT, (OWN, SCREEN))
    assert with_pictures(once, (OWN,)) == with_pictures(REPORT, (OWN,))
    assert with_pictures(once, ()) == REPORT
