"""SoftHSM tokens of the laboratory, each set in a folder and a configuration of its own."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import IntFlag
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tests.lab.entity import Entity

MODULE: Final = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN: Final = "24681357"
SO_PIN: Final = "13572468"
WRITE_SECONDS: Final = 20.0
"""How long writing into a token may take: 0.3 s are usual."""

_FLAGS_ATTRIBUTE: Final = bytes.fromhex("000000008000534b0000000000000002")
"""Before the flags in SoftHSM's token.object: CKA_OS_TOKENFLAGS, then the kind (a number)."""
_WRITER: Final = Path(__file__).with_name("token_writer.py")


class PinFlag(IntFlag):
    """What a token's flags may say of its user PIN (PKCS#11 3.0, CK_TOKEN_INFO)."""

    COUNT_LOW = 0x0001_0000
    FINAL_TRY = 0x0002_0000
    LOCKED = 0x0004_0000
    TO_BE_CHANGED = 0x0008_0000


_ALL_PIN_FLAGS: Final = (
    PinFlag.COUNT_LOW | PinFlag.FINAL_TRY | PinFlag.LOCKED | PinFlag.TO_BE_CHANGED
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token in one `SoftHsm`; its PINs are invented."""

    home: SoftHsm
    label: str
    pin: str = field(repr=False)

    def put(
        self,
        entity: Entity,
        id: bytes = b"\1",  # noqa: A002 - PKCS#11's own word (CKA_ID)
        name: str = "Certificado A3",
        *,
        private: bool = True,
        key: bool = True,
        certificate: bool = True,
        public_key: bool = False,
        always_authenticate: bool = False,
    ) -> None:
        """Write `entity` under CKA_ID `id` and CKA_LABEL `name`.

        `key`, `certificate`, `public_key`: which objects (the certificate is readable without a
        login, the key never leaves); `private`: the key hides until the login, as usual.
        """
        self.home.write(
            {
                "job": "put",
                "label": self.label,
                "pin": self.pin,
                "id": id.hex(),
                "name": name,
                "private": private,
                "key": entity.key_pem.decode() if key else None,
                "public_key": public_key,
                "certificate": base64.b64encode(entity.der).decode() if certificate else None,
                "subject_of": _base64_der(entity),
                "always_authenticate": always_authenticate,
            }
        )

    @property
    def shown(self) -> PinFlag:
        """The flags of the PIN as they stand in the token's file.

        COUNT_LOW proves that a wrong PIN reached SoftHSM; a right login takes it away.
        """
        content = self._object.read_bytes()
        start = content.index(_FLAGS_ATTRIBUTE) + len(_FLAGS_ATTRIBUTE)
        return PinFlag(int.from_bytes(content[start : start + 8], "big") & _ALL_PIN_FLAGS)

    def show(self, flags: PinFlag) -> None:
        """Let every process that starts from now on see `flags`, and no others of the PIN.

        They are for show: SoftHSM sets COUNT_LOW alone by itself, and accepts a right PIN (and
        answers CKR_PIN_INCORRECT to a wrong one) whatever the flags say.
        """
        file = self._object
        content = file.read_bytes()
        start = content.index(_FLAGS_ATTRIBUTE) + len(_FLAGS_ATTRIBUTE)
        others = int.from_bytes(content[start : start + 8], "big") & ~_ALL_PIN_FLAGS
        value = (others | flags).to_bytes(8, "big")
        file.write_bytes(content[:start] + value + content[start + 8 :])

    @property
    def _object(self) -> Path:
        padded = self.label.encode().ljust(32)
        files = self.home.tokens.glob("*/token.object")
        return next(file for file in files if padded in file.read_bytes())

    def put_authorities(self, entity: Entity, first_id: int = 0x80) -> None:
        """Write the certificates of the CAs above `entity`, as many suppliers do."""
        for position, authority in enumerate(entity.path[1:]):
            name = authority.common_name
            self.put(authority, bytes([first_id + position]), name, key=False)


class SoftHsm:
    """A folder of SoftHSM tokens; `environment` leads a process to them.

    SoftHSM always shows one more slot, with an uninitialised token, behind those added here.
    """

    def __init__(self, folder: Path, *, removable: bool = False) -> None:
        self.module: Final = MODULE
        self.folder: Final = folder
        self.tokens: Final = folder / "tokens"
        self.configuration: Final = folder / "softhsm2.conf"
        self.tokens.mkdir(parents=True)
        self.configuration.write_text(
            f"directories.tokendir = {self.tokens}\n"
            "objectstore.backend = file\n"
            "log.level = ERROR\n"
            f"slots.removable = {str(removable).lower()}\n"
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in its environment to see these tokens."""
        return {"SOFTHSM2_CONF": str(self.configuration)}

    def add_token(self, label: str, pin: str | None = PIN, so_pin: str = SO_PIN) -> Token:
        """Make a token; with `pin=None` one whose user PIN was never set."""
        self.write({"job": "create", "label": label, "pin": pin, "so_pin": so_pin})
        return Token(self, label, pin or "")

    def write(self, job: Mapping[str, object]) -> None:
        """Carry out a job of `token_writer` in a process of its own."""
        result = subprocess.run(
            [sys.executable, "-I", str(_WRITER)],
            input=json.dumps({"module": str(self.module), **job}),
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=WRITE_SECONDS,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(f"job {job['job']!r} failed: {result.stderr[-500:]}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing runs: the folder is the caller's."""


def _base64_der(entity: Entity) -> str:
    return base64.b64encode(entity.certificate.public_bytes(Encoding.DER)).decode()
