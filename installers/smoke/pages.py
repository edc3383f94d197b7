"""The setup's pages under Wine, gone through by keys, and their pictures."""

from dataclasses import dataclass, field

from installers.smoke.installing import TITLE, UNINSTALL, Installing
from installers.smoke.screen import eventually
from installers.smoke.steps import Steps, wants

_SETUP, _REMOVAL = "^Instalação do a3check", "^Remoção do a3check"
_PATIENCE = 120.0
"""Seconds for a page; the copying takes some."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The steps, on the prefix of ``installing``."""

    installing: Installing
    _former: list[bytes] = field(default_factory=list)
    """What the page before looked like: one that looks the same is that one still."""

    def take(self, steps: Steps) -> None:
        """Take all steps."""
        steps.take("the setup's pages, by keys", self.install)
        steps.take("the setup offers to close the window", self.offer)
        steps.take("the uninstaller's page", self.remove)

    def install(self) -> None:
        """Turn them: welcome, for whom, copying, end."""
        screen = self.installing.wine.screen
        program = self.installing.wine.start(str(self.installing.setups.now))
        self._turn("1-instalar", "alt+p")
        self._turn("2-para-quem", "alt+i")
        wants(eventually(self.installing.shortcut.exists, _PATIENCE), "nothing installed")
        self._turn("3-instalado", "alt+c")
        wants(eventually(lambda: screen.painted(TITLE)), "the window was not opened")
        wants(screen.rests(TITLE), "it never rests")
        program.wait(_PATIENCE)

    def offer(self) -> None:
        """Update with the window open: Yes closes it."""
        wine = self.installing.wine
        program = wine.start(str(self.installing.setups.later))
        self._turn("4-atualizar-inicio", "alt+p")
        self._turn("5-atualizar", "alt+i")
        self._turn("6-esta-aberto", "Return")
        wants(eventually(lambda: not wine.screen.sees(TITLE), _PATIENCE), "still open")
        later, key = self.installing.setups.next_version, rf"HKCU\{UNINSTALL}"
        wants(eventually(lambda: later in wine.registry(key), _PATIENCE), "not updated")
        self._turn("7-atualizado", "alt+a")  # the box: not to be opened now
        self._turn("8-sem-abrir", "alt+c")
        program.wait(_PATIENCE)
        wants(not wine.screen.sees(TITLE), "it was opened although nobody wanted it")

    def remove(self) -> None:
        """See it ask about the data."""
        home = self.installing.home
        self.installing.wine.start(str(home / "desinstalar.exe"))
        self._turn("9-remover", "alt+r", _REMOVAL)
        wants(eventually(lambda: not (home / "lib").exists(), _PATIENCE), "not removed")
        self._picture("10-removido", _REMOVAL)

    def _turn(self, name: str, keys: str, title: str = _SETUP) -> None:
        """Keep a page's picture, and press the keys that turn it."""
        self._picture(name, title)
        self.installing.wine.press(keys, title)

    def _picture(self, name: str, title: str) -> None:
        """Keep a page once it is another, and nothing moves in it: it is drawn."""
        screen = self.installing.wine.screen
        wants(eventually(lambda: screen.sees(title), _PATIENCE), f"{name}: no {title}")
        self.installing.wine.bring(title)  # else what covers it would be looked at
        rested = screen.rests(title, self._former, _PATIENCE)
        screen.picture(self.installing.pictures / f"{name}.png")
        wants(rested, f"{name} never rests")
        self._former[:] = [rested]
