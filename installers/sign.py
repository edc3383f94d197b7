"""Signs what a release ships; the key stays in a token or a service, the PIN is asked by it."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from installers import launcher, tools

_DIGEST = "sha256"


class NotSigned(Exception):  # noqa: N818 - says why
    """This must not be signed."""


def main() -> int:
    """Sign the stage's programs, or a setup that was made of signed ones.

    In this order: `--stage` before the setup is made, then the setup. Where the key is in a token,
    osslsigncode asks for its PIN at the terminal; none is taken here.
    """
    parser = argparse.ArgumentParser(prog="installers.sign", description=__doc__)
    parser.add_argument("--stage", type=Path, required=True, help="the assembled folder")
    parser.add_argument("--setup", type=Path, help="the setup made of it; without: its programs")
    parser.add_argument("--certificate", type=Path, required=True, help="PEM, with its chain")
    parser.add_argument("--key", required=True, help="a file, or a pkcs11: URI with --module")
    parser.add_argument("--module", type=Path, help="the token's PKCS#11 library")
    parser.add_argument("--timestamp", required=True, help="the address of a timestamp service")
    wanted = parser.parse_args()
    try:
        refuse(wanted.stage)
    except NotSigned as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    programs = [wanted.stage / f"{name}.exe" for name in (launcher.CONSOLE, launcher.WINDOW)]
    for program in [wanted.setup] if wanted.setup else programs:
        _sign(program, wanted)
    return 0


def refuse(stage: Path) -> None:
    """Raise :class:`NotSigned` for a laboratory's build, and for one without the list of CAs."""
    facts = json.loads((stage / "licencas" / "montagem.json").read_text("utf-8"))
    if facts["laboratory"] or "+" in facts["version"]:
        raise NotSigned(
            f"{facts['version']} is a laboratory's build: its Python is nobody's release"
        )
    if not facts["ca_list"]:
        raise NotSigned("ICP-Brasil's list of CAs is not in it (--cas)")


def _sign(program: Path, wanted: argparse.Namespace) -> None:
    """Put the signature into the file; the old one stays until the new one is whole."""
    signed = program.with_suffix(".signed")
    key = ["-key", wanted.key]
    if wanted.module is not None:
        key = ["-pkcs11module", str(wanted.module), *key]
    command = [
        tools.find("osslsigncode"),
        "sign",
        "-h",
        _DIGEST,
        "-certs",
        str(wanted.certificate),
    ]
    command += [*key, "-n", "a3check", "-ts", wanted.timestamp]
    # Not through tools.run: whoever holds the token answers at the terminal.
    subprocess.run([*command, "-in", str(program), "-out", str(signed)], check=True)
    signed.replace(program)


if __name__ == "__main__":
    sys.exit(main())
