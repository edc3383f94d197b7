"""Is every signed file of a release's Python signed by the Python Software Foundation?"""

import argparse
import sys
import tempfile
import zipfile
from pathlib import Path

from installers import tools

_SIGNER = "CN=Python Software Foundation"
_MICROSOFT = "vcruntime140"
"""These two are Microsoft's own."""


def main() -> int:
    """Verify all programs and DLLs of an embeddable package; ``--ca``: the trusted roots."""
    parser = argparse.ArgumentParser(prog="installers.verify_runtime", description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--ca", type=Path, required=True, help="PEM of Microsoft's signing root")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(wanted.package) as archive:
        archive.extractall(name)
        files = [
            path
            for path in sorted(Path(name).iterdir())
            if path.suffix in {".exe", ".dll", ".pyd"} and not path.name.startswith(_MICROSOFT)
        ]
        for path in files:
            _verify(path, wanted.ca)
    print(f"{len(files)} files are signed by the Python Software Foundation")
    return 0


def _verify(path: Path, roots: Path) -> None:
    trusted = ["-CAfile", str(roots), "-TSA-CAfile", str(roots), "-ignore-cdp", "-ignore-crl"]
    said = tools.run([tools.find("osslsigncode"), "verify", *trusted, "-in", str(path)])
    if _SIGNER not in said.replace(" = ", "="):
        raise SystemExit(f"{path.name} is signed by somebody else")


if __name__ == "__main__":
    sys.exit(main())
