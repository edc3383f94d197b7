"""Writes the document of the table anew."""

from __future__ import annotations

from pathlib import Path

from tests.unit.pki.cases.table import document

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "casos.md"

if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
