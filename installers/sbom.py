"""The parts of a Windows build, as a CycloneDX 1.6 list."""

import json
import re
import uuid
from pathlib import Path
from typing import Any

from installers import fetch, source
from installers.assemble import Stage

_LICENCES = {
    "cffi": "MIT-0",
    "cryptography": "Apache-2.0 OR BSD-3-Clause",
    "mss": "MIT",
    "platformdirs": "MIT",
    "pycparser": "BSD-3-Clause",
    "pyscard": "LGPL-2.1-or-later",
    "pyside6-essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
    "truststore": "MIT",
}
_NAMESPACE = uuid.UUID("0b6b7dc2-7c1f-5f0e-9d0b-3c8a3f6f5a31")
"""Ours: the same build has the same number."""
_OPENSSL = re.compile(rb"OpenSSL (3\.\d+\.\d+) \d+ [A-Z][a-z]{2} \d{4}")


def build(stage: Stage, inputs: dict[str, Any], python: str, target: Path) -> Path:
    """Write ``NAME-sbom.json`` into ``target`` and return it."""
    locked = re.findall(
        r"^(\S+)==(\S+) --hash=sha256:(\w+)", fetch.LOCK.read_text("utf-8"), re.MULTILINE
    )
    parts = [_wheel(*each) for each in locked]
    parts += [_python(stage, python), _openssl(stage), _pykcs11(inputs["pykcs11"])]
    parts += [_microsoft(path) for path in sorted((stage.folder / "runtime").glob("*140*.dll"))]
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{stage.version} {source.moment()}')}",
        "version": 1,
        "metadata": {
            "component": _part("a3check", stage.version, "GPL-3.0-or-later", "application")
        },
        "components": parts,
    }
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"{stage.name}-sbom.json"
    made.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return made


def _part(name: str, version: str, licence: str, kind: str = "library") -> dict[str, Any]:
    return {
        "type": kind,
        "name": name,
        "version": version,
        "licenses": [{"expression": licence}],
    }


def _hashed(part: dict[str, Any], digest: str) -> dict[str, Any]:
    return {**part, "hashes": [{"alg": "SHA-256", "content": digest}]}


def _wheel(name: str, version: str, digest: str) -> dict[str, Any]:
    part = {**_part(name, version, _LICENCES[name]), "purl": f"pkg:pypi/{name}@{version}"}
    return _hashed(part, digest)


def _pykcs11(entry: dict[str, Any]) -> dict[str, Any]:
    version = entry["file"].removesuffix(".tar.gz").rpartition("-")[2]
    part = _part("pykcs11", version, "GPL-2.0-or-later")
    described = "compiled with GCC (mingw-w64); libstdc++ and winpthread are linked in"
    purl = f"pkg:pypi/pykcs11@{version}"
    return _hashed({**part, "description": described, "purl": purl}, entry["sha256"])


def _python(stage: Stage, version: str) -> dict[str, Any]:
    (dll,) = (stage.folder / "runtime").glob("python3[0-9]*.dll")
    return _hashed(_part("CPython", version, "Python-2.0.1", "platform"), fetch.sha256(dll))


def _openssl(stage: Stage) -> dict[str, Any]:
    dll = stage.folder / "runtime" / "libcrypto-3.dll"
    found = _OPENSSL.search(dll.read_bytes())
    version = found[1].decode() if found else "3"
    part = _part("OpenSSL", version, "Apache-2.0")
    return _hashed(
        {**part, "cpe": f"cpe:2.3:a:openssl:openssl:{version}:*:*:*:*:*:*:*"}, fetch.sha256(dll)
    )


def _microsoft(dll: Path) -> dict[str, Any]:
    part = {"type": "library", "name": dll.name, "publisher": "Microsoft Corporation"}
    return _hashed(
        {**part, "licenses": [{"license": {"name": "Microsoft Visual C++ Runtime"}}]},
        fetch.sha256(dll),
    )
