"""Signs what a release ships; the key stays in a token or a file, its PIN is asked beside it."""

import argparse
import subprocess
import sys
from pathlib import Path

from installers import assemble, fetch, launcher, setup, signature, sums, tools
from installers.signature import NotSigned

_DIGEST = "sha256"
_PATIENCE = 600.0
"""Seconds for one signature; who holds the token types its PIN meanwhile."""
_URI = "pkcs11:"
_SECRET = ("pin-value", "pin-source")
"""What RFC 7512 lets a URI say of the PIN; here it would stand in every list of processes."""


def main() -> int:
    """Sign the stage's programs, or a setup that was made of signed ones.

    In this order: without `--setup` before the setup is made, then with it. Where the key is in a
    token, osslsigncode asks for its PIN at the terminal; none is taken here. What is not accepted
    is not tried again.
    """
    wanted = _parser().parse_args()
    programs = _programs(wanted.stage)
    try:
        stage = refuse(wanted.stage)
        refuse_key(wanted.key, wanted.module)
        if wanted.setup:
            refuse_setup(wanted.setup, stage, wanted.roots)
        for program in [wanted.setup] if wanted.setup else programs:
            _sign(program, wanted)
    except (NotSigned, fetch.WrongInput, tools.MissingTool) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    if wanted.setup:
        sums.renew(wanted.setup)
    if wanted.timestamp is None:
        print("without a time stamp: the signature ends with its certificate")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="installers.sign", description=__doc__)
    parser.add_argument("--stage", type=Path, required=True, help="the assembled folder")
    parser.add_argument("--setup", type=Path, help="the setup made of it; without: its programs")
    parser.add_argument("--certificate", type=Path, required=True, help="PEM, with its chain")
    parser.add_argument("--key", required=True, help="a file, or a pkcs11: URI with --module")
    parser.add_argument("--module", type=Path, help="the token's PKCS#11 library")
    parser.add_argument("--roots", type=Path, required=True, help="PEM; what is signed must hold")
    stamp = parser.add_mutually_exclusive_group(required=True)
    stamp.add_argument("--timestamp", help="the address of a time stamp service (RFC 3161)")
    stamp.add_argument("--no-timestamp", action="store_true", help="for tests")
    return parser


def refuse(folder: Path) -> assemble.Stage:
    """Return the stage; raises :class:`NotSigned` for a laboratory's, or without the CAs."""
    stage = assemble.read(folder)
    if stage.laboratory or "+" in stage.version:
        raise NotSigned(f"{stage.version} is a laboratory's build: its Python is nobody's release")
    if not stage.ca_list:
        raise NotSigned("ICP-Brasil's list of CAs is not in it (--cas)")
    return stage


def refuse_key(key: str, module: Path | None) -> None:
    """Raise :class:`NotSigned` for a key that tells its PIN, or that no module can find."""
    if any(f"{name}=" in key.lower() for name in _SECRET):
        raise NotSigned("--key holds a PIN, or says where one lies: it is asked at the terminal")
    if key.startswith(_URI) != (module is not None):
        raise NotSigned("--module and a --key that begins with pkcs11: go together")
    if module is None and not Path(key).is_file():
        raise NotSigned(f"--key {key}: no such file")


def refuse_setup(path: Path, stage: assemble.Stage, roots: Path) -> None:
    """Raise :class:`NotSigned` unless the setup holds this stage, and its programs are signed."""
    for program in _programs(stage.folder):
        try:
            signature.verify(program, roots)
        except NotSigned as reason:
            raise NotSigned(f"{reason}; sign the stage, then make the setup of it") from None
    if not path.is_file():
        raise NotSigned(f"--setup {path}: no such file")
    if setup.mark(stage).encode("utf-16-le") not in path.read_bytes():
        raise NotSigned(f"{path.name} was not made of this stage as it is now (--keep-stage)")


def _programs(stage: Path) -> list[Path]:
    return [stage / f"{name}.exe" for name in (launcher.CONSOLE, launcher.WINDOW)]


def _sign(program: Path, wanted: argparse.Namespace) -> None:
    """Put the signature into the file; the old one stays until the new one is whole and holds."""
    signed = program.with_suffix(".signed")
    signed.unlink(missing_ok=True)
    key = ["-key", wanted.key]
    if wanted.module is not None:
        key = ["-pkcs11module", str(wanted.module), *key]
    stamp = [] if wanted.timestamp is None else ["-ts", wanted.timestamp]
    command = [
        tools.find("osslsigncode"),
        "sign",
        "-h",
        _DIGEST,
        "-certs",
        str(wanted.certificate),
    ]
    command += [*key, "-n", "a3check", *stamp, "-in", str(program), "-out", str(signed)]
    try:
        # Not through tools.run: whoever holds the token answers at the terminal.
        done = subprocess.run(command, check=False, timeout=_PATIENCE)
        if done.returncode:
            raise NotSigned(f"{program.name} is not signed; nothing was tried a second time")
        signature.verify(signed, wanted.roots, revocation=bool(stamp), stamped=bool(stamp))
        signed.replace(program)
    except subprocess.TimeoutExpired:
        raise NotSigned(f"{program.name} is not signed: no answer in {_PATIENCE:.0f} s") from None
    finally:
        signed.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
