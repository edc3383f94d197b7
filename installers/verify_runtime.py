"""Is the Python of a release the pinned one, and signed by the Python Software Foundation?"""

import argparse
import sys
import tempfile
from pathlib import Path

from installers import fetch, runtime, signature, tools

SIGNER = "Python Software Foundation"
_MICROSOFT = "vcruntime140"
"""These two are Microsoft's own; the package's SHA-256 answers for them."""
_PROGRAMS = frozenset({".exe", ".dll", ".pyd"})


def main() -> int:
    """Verify all programs and DLLs of an embeddable package.

    ``--ca``: Microsoft Identity Verification Root CA 2020, which python.org signs below, and
    DigiCert's (Trusted Root G4, Assured ID Root CA), for the DLLs of OpenSSL and libffi.
    """
    parser = argparse.ArgumentParser(prog="installers.verify_runtime", description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument(
        "--ca", type=Path, required=True, help="PEM of Microsoft's and DigiCert's roots"
    )
    wanted = parser.parse_args()
    try:
        count = verify(wanted.package, wanted.ca)
    except (fetch.WrongInput, signature.NotSigned, tools.MissingTool) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    print(f"{count} files are signed by the {SIGNER}")
    return 0


def verify(package: Path, roots: Path) -> int:
    """Return how many files were verified; raises where the package is not as it must be."""
    inputs = fetch.inputs()
    entry = inputs["runtime"]["release"]
    if not entry["sha256"]:
        raise fetch.WrongInput(
            "[runtime.release] of installers/inputs.toml is empty: python, file and sha256, "
            "from python.org's page of the version"
        )
    with tempfile.TemporaryDirectory() as name:
        python = runtime.release(entry, package, inputs["keep"]["runtime"], Path(name))
        files = [
            path
            for path in sorted(python.folder.iterdir())
            if path.suffix in _PROGRAMS and not path.name.startswith(_MICROSOFT)
        ]
        for path in files:
            signature.verify(path, roots, SIGNER)
    return len(files)


if __name__ == "__main__":
    sys.exit(main())
