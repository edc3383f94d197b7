"""The setup under Wine: installed, started, refused, updated, removed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from installers.smoke.screen import DEADLINE, eventually
from installers.smoke.steps import Steps, wants
from installers.smoke.wine import Wine

THEME = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\a3check"
WINDOW = "a3check-janela.exe"
TITLE = "^a3check:"
"""The program's window."""
_ODD = "Usuários/José da Silva/プログラム"
"""A folder with a space, accents, and letters that are in no code page of a Brazilian Windows."""


@dataclass(frozen=True, slots=True)
class Setups:
    """The setup under test, the next version's, and the folder that both were made of."""

    now: Path
    later: Path
    stage: Path
    next_version: str


@dataclass(frozen=True, slots=True)
class Installing:
    """The steps, on one prefix."""

    wine: Wine
    setups: Setups
    pictures: Path

    @property
    def user(self) -> Path:
        """The user's ``AppData``."""
        return next((self.wine.drive / "users").glob("[!P]*/AppData"))

    @property
    def home(self) -> Path:
        """Where the setup puts the program for one user."""
        return self.user / "Local" / "Programs" / "a3check"

    @property
    def shortcut(self) -> Path:
        """The Start menu's."""
        return self.user / "Roaming/Microsoft/Windows/Start Menu/Programs/a3check.lnk"

    def begin(self, steps: Steps) -> None:
        """Install it, to be used."""
        steps.take("silent setup for one user", self.install)
        steps.take("a3check --version, codigos in the terminal", self.console)

    def take(self, steps: Steps) -> None:
        """Take all other steps."""
        steps.take("the window, in Windows' dark theme", self.dark)
        steps.take("the window, by the Start menu's shortcut", self.window)
        steps.take("refused while the window is open: 11", self.refused)
        steps.take("/Close closes the window and goes on", self.closed)
        steps.take("update: stale files gone, the user's data kept", self.update)
        steps.take("removed, the user's data kept", self.remove)
        steps.take(f"a folder named {_ODD}", self.odd_folder)
        steps.take("a folder with things of others", self.others)
        steps.take("for all users, and removed with the user's data", self.everybody)
        steps.take("an old Windows: 10", self.old_windows)

    def install(self) -> str:
        """Install and compare every file with what was assembled."""
        self.setup(self.setups.now, "/S")
        wrong = [
            name for name, digest in _sums(self.setups.stage).items() if digest != self._sum(name)
        ]
        wants(not wrong, wrong[:5])
        wants(self.wine.registry(rf"HKCU\{UNINSTALL}"), "no entry to remove it")
        wants(self.shortcut.exists(), "no shortcut")
        return f"{len(_sums(self.home))} files"

    def console(self) -> str:
        """Run the terminal's program from elsewhere."""
        said = self.wine.run(str(self.home / "a3check.exe"), "--version")
        wants(said.status == 0, said)
        codes = self.wine.run(str(self.home / "a3check.exe"), "codigos")
        wants(codes.status == 0 and "chain.issuer_missing" in codes.output, codes)
        return said.output.strip()

    def dark(self) -> None:
        """Open it in the dark theme, and close it as a person does."""
        self._theme(light=False)
        program = self.wine.start(str(self.home / WINDOW))
        try:
            self.show("janela-escura")
            self.wine.press("alt+F4", TITLE)
            program.wait(DEADLINE)
        finally:
            self._theme(light=True)

    def window(self) -> None:
        """Open it as a person does, and look."""
        self.wine.run("start", self.windows_path(self.shortcut))
        self.show("janela")

    def refused(self) -> None:
        """See that the files of a running program are left alone."""
        before = _sums(self.home)
        self.setup(self.setups.later, "/S", status=11)
        wants(_sums(self.home) == before, "files were changed")

    def closed(self) -> None:
        """See the window close as by its X."""
        self.setup(self.setups.now, "/S", "/Close")
        wants(eventually(lambda: not self.wine.screen.sees(TITLE)), "still open")

    def update(self) -> None:
        """Put the next version over it."""
        data = self.user / "Local" / "a3check"
        stale, kept = self.home / "lib" / "velho.pyc", data / "history" / "1.json"
        for file in (stale, kept):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"1")
        self.setup(self.setups.later, "/S")
        wants(not stale.exists(), "a stale file stayed")
        wants(kept.exists(), "the user's data went")
        wants(
            self.setups.next_version in self.wine.registry(rf"HKCU\{UNINSTALL}"),
            "the old version is said",
        )

    def remove(self) -> None:
        """Remove it; what is the user's stays."""
        self.uninstall(self.home)
        wants(eventually(lambda: not self.shortcut.exists()), "the shortcut stayed")
        key = rf"HKCU\{UNINSTALL}"
        wants(eventually(lambda: not self.wine.registry(key)), "the entry stayed")
        wants((self.user / "Local/a3check/history/1.json").exists(), "the user's data went")

    def odd_folder(self) -> None:
        """Install into it and run."""
        place = self.wine.drive / _ODD
        # NSIS takes the rest of the line, blanks and all, but no quotes, which Wine would add.
        option = "/D=C:\\" + _ODD.replace("/", "\\")
        self.setup(self.setups.now, "/S", *option.split(" "))
        wants(place.exists(), "it went elsewhere")
        said = self.wine.run(str(place / "a3check.exe"), "--version")
        wants(said.status == 0, said)
        checked = self.wine.run(
            str(place / "a3check.exe"), "diagnosticar", "--sem-pin", "--sem-rede"
        )
        wants(checked.status in {1, 2}, checked)
        self.uninstall(place)

    def others(self) -> None:
        """See nothing touched there; a folder of ours is made inside."""
        theirs = self.wine.drive / "Ferramentas" / "lib" / "deles.txt"
        theirs.parent.mkdir(parents=True)
        theirs.write_bytes(b"1")
        self.setup(self.setups.now, "/S", r"/D=C:\Ferramentas")
        wants((self.wine.drive / "Ferramentas/a3check/a3check.exe").exists(), "not inside")
        self.uninstall(self.wine.drive / "Ferramentas" / "a3check")
        wants(theirs.exists(), "a file of others went")

    def everybody(self) -> None:
        """Install as an administrator, which Wine's user is: nobody is asked here."""
        self.setup(self.setups.now, "/S", "/AllUsers", "/Desktop")
        place = self.wine.drive / "Program Files" / "a3check"
        wants((place / WINDOW).exists(), "not in Program Files")
        wants(self.wine.registry(rf"HKLM\{UNINSTALL}"), "no entry for all")
        data = self.user / "Local" / "a3check"
        (data / "tries").mkdir(parents=True, exist_ok=True)
        (data / "tries" / "1.json").write_bytes(b"1")
        self.uninstall(place, "/Dados")
        wants(eventually(lambda: not (data / "history").exists()), "the user's data stayed")
        wants((data / "tries" / "1.json").exists(), "the count of PINs went")

    def old_windows(self) -> None:
        """Say so and touch nothing."""
        self.wine.windows("win7")
        try:
            self.setup(self.setups.now, "/S", status=10)
        finally:
            self.wine.windows("win10")
        wants(not self.home.exists(), "it was installed")

    def setup(self, setup: Path, *options: str, status: int = 0) -> None:
        """Run a setup to its end."""
        ended = self.wine.run(str(setup), *options)
        wants(ended.status == status, f"{ended.status} instead of {status}")

    def uninstall(self, place: Path, *options: str) -> None:
        """Remove what is installed at a place, and see it go."""
        ended = self.wine.run(str(place / "desinstalar.exe"), "/S", *options)
        wants(ended.status == 0, ended)
        wants(eventually(lambda: not place.exists()), f"left: {list(place.glob('*'))[:5]}")

    def show(self, name: str) -> None:
        """Wait for the painted window, until nothing moves in it, and keep its picture."""
        screen = self.wine.screen
        wants(eventually(lambda: screen.painted(TITLE)), "no window")
        wants(screen.rests(TITLE), "it never rests")
        screen.picture(self.pictures / f"{name}.png")

    def _theme(self, *, light: bool) -> None:
        value = ("/v", "AppsUseLightTheme", "/t", "REG_DWORD", "/d", str(int(light)), "/f")
        self.wine.run("reg", "add", rf"HKCU\{THEME}", *value)

    def windows_path(self, path: Path) -> str:
        """Return how Windows names a file of its drive C."""
        return "C:\\" + str(path.relative_to(self.wine.drive)).replace("/", "\\")

    def _sum(self, name: str) -> str:
        path = self.home / name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
