"""The setup's pages under Wine, gone through by keys, and their pictures."""

from dataclasses import dataclass, field

from installers.smoke.installing import UNINSTALL, Installing
from installers.smoke.steps import Steps, wants
from installers.smoke.wine import eventually

_SETUP, _REMOVAL, _WINDOW = "Instalação do a3check", "Remoção do a3check", "^a3check:"
_PATIENCE = 60.0
"""Seconds for a page; the copying takes some."""
_ALIKE = 5
"""Pictures, a fifth of a second apart."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The steps, on the prefix of ``installing``."""

    installing: Installing
    _former: list[bytes] = field(default_factory=list)
    """The page before: a page that looks the same is that one still."""

    def take(self, steps: Steps) -> None:
        """Take all steps."""
        steps.take("the setup's pages, by keys", self.install)
        steps.take("the setup offers to close the window", self.offer)
        steps.take("the uninstaller's page", self.remove)

    def install(self) -> None:
        """Turn them: welcome, for whom, copying, end."""
        wine = self.installing.wine
        program = wine.start(str(self.installing.setups.now))
        wants(eventually(lambda: wine.sees(_SETUP), _PATIENCE), "no setup")
        self._turn("1-instalar", "alt+p")
        self._turn("2-para-quem", "alt+i")
        wants(eventually(self.installing.shortcut.exists, _PATIENCE), "nothing installed")
        self._picture("3-instalado")
        wine.press("alt+c")
        wants(eventually(lambda: wine.sees(_WINDOW), _PATIENCE), "the window was not opened")
        program.wait(_PATIENCE)

    def offer(self) -> None:
        """Update with the window open: Yes closes it."""
        wine = self.installing.wine
        program = wine.start(str(self.installing.setups.later))
        wants(eventually(lambda: wine.sees(_SETUP), _PATIENCE), "no setup")
        self._picture("4-atualizar-inicio")
        wine.bring(_SETUP)
        wine.press("alt+p")
        self._turn("5-atualizar", "alt+i")
        self._turn("6-esta-aberto", "Return")
        wants(eventually(lambda: not wine.sees(_WINDOW), _PATIENCE), "still open")
        later, key = self.installing.setups.next_version, rf"HKCU\{UNINSTALL}"
        wants(eventually(lambda: later in wine.registry(key), _PATIENCE), "not updated")
        self._picture("7-atualizado")
        for keys in ("alt+a", "alt+c"):
            wine.press(keys)
        program.wait(_PATIENCE)
        wants(not wine.sees(_WINDOW), "it was opened although nobody wanted it")

    def remove(self) -> None:
        """See it ask about the data."""
        wine, home = self.installing.wine, self.installing.home
        wine.start(str(home / "desinstalar.exe"))
        wants(eventually(lambda: wine.sees(_REMOVAL), _PATIENCE), "no uninstaller")
        self._turn("8-remover", "alt+r")
        wants(eventually(lambda: not (home / "lib").exists(), _PATIENCE), "not removed")
        self._picture("9-removido")

    def _turn(self, name: str, keys: str) -> None:
        self._picture(name)
        self.installing.wine.press(keys)

    def _picture(self, name: str) -> None:
        """Keep a page once it is another, and some pictures in a row are the same: it is drawn."""
        target = self.installing.pictures / f"{name}.png"
        seen: list[bytes] = []

        def rests() -> bool:
            self.installing.wine.picture(target)
            seen.append(target.read_bytes())
            last = seen[-_ALIKE:]
            return last == [last[0]] * _ALIKE and last[0] not in self._former

        wants(eventually(rests, _PATIENCE), f"{name} never rests")
        self._former[:] = seen[-1:]
