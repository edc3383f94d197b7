"""Writes requirements-win.lock: the versions of requirements.lock, as wheels for Windows."""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from installers.fetch import LOCK, ROOT

PYTHON = "3.13"
"""pyscard has no wheel for 3.14 yet."""
_HEAD = (
    f"# What the Windows installers hold, for x86-64 and Python {PYTHON}: the versions of "
    "requirements.lock.\n"
    "# Written by `python -m installers.lock`. PyKCS11 is compiled by the build: inputs.toml.\n"
)
_OURS = "pykcs11"


def main() -> None:
    """Resolve and write."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.split(r"[<>=!~ ]", each)[0].lower() for each in project["dependencies"]]
    locked = dict(
        re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    )
    wanted = [f"{name}=={locked[name]}" for name in names if name != _OURS]
    lines = []
    for item in _resolved(wanted):
        name, version = (
            item["metadata"]["name"].lower().replace("_", "-"),
            item["metadata"]["version"],
        )
        if locked.get(name, version) != version:
            sys.exit(f"{name} {version} is not the version of requirements.lock")
        digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
        lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
    LOCK.write_text(_HEAD + "".join(sorted(lines)), "utf-8")


def _resolved(wanted: list[str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report), "--only-binary", ":all:", "--platform", "win_amd64"]
        command += ["--python-version", PYTHON, "--implementation", "cp", "--target", folder]
        subprocess.run([*command, *wanted], check=True)
        return list(json.loads(report.read_text("utf-8"))["install"])


if __name__ == "__main__":
    main()
