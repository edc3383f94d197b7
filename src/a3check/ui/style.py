"""The look: three palettes, the style sheet filled with them, and our own icons."""

from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from a3check.core.resources import resource
from a3check.ui.state import Mark

LETTER = 14  # logical pixels
FAMILIES = ("Segoe UI Variable Text", "Segoe UI", "Noto Sans", "DejaVu Sans")
MONOSPACED = ("Cascadia Mono", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono")


class Theme(NamedTuple):
    """The colours of one scheme; every pair in :data:`PAIRS` reads at 4.5:1 or more."""

    name: str
    ground: str
    rail: str
    card: str
    line: str
    edge: str
    handle: str
    text: str
    muted: str
    accent: str
    accent_deep: str
    on_accent: str
    tint: str
    passed: str
    passed_soft: str
    warning: str
    warning_soft: str
    failed: str
    failed_soft: str
    unknown: str
    unknown_soft: str
    crashed: str
    crashed_soft: str

    def of(self, mark: Mark) -> QColor:
        """Return the colour of a state."""
        match mark:
            case Mark.WAITING | Mark.SKIPPED:
                return QColor(self.muted)
            case Mark.RUNNING:
                return QColor(self.accent)
            case Mark.SLOW:
                return QColor(self.warning)
            case Mark.PASSED | Mark.WARNING | Mark.UNKNOWN | Mark.FAILED | Mark.CRASHED:
                return QColor(str(getattr(self, mark)))


LIGHT = Theme(
    name="light",
    ground="#F3F5F9",
    rail="#FFFFFF",
    card="#FFFFFF",
    line="#E1E6EE",
    edge="#7B8798",
    handle="#C2CAD7",
    text="#152033",
    muted="#55627A",
    accent="#1557B0",
    accent_deep="#0F4690",
    on_accent="#FFFFFF",
    tint="#E8F0FC",
    passed="#147A45",
    passed_soft="#E3F4EA",
    warning="#875400",
    warning_soft="#FFF3D9",
    failed="#B3261E",
    failed_soft="#FCE9E7",
    unknown="#45597A",
    unknown_soft="#E9EDF4",
    crashed="#7A3FA8",
    crashed_soft="#F3EAFA",
)

DARK = Theme(
    name="dark",
    ground="#12161D",
    rail="#181D26",
    card="#1C222C",
    line="#2E3744",
    edge="#76849A",
    handle="#465264",
    text="#EDF1F7",
    muted="#A6B2C4",
    accent="#74B3FF",
    accent_deep="#93C4FF",
    on_accent="#0B1728",
    tint="#203247",
    passed="#63D394",
    passed_soft="#16321F",
    warning="#F2C35A",
    warning_soft="#352A10",
    failed="#FF9188",
    failed_soft="#3B1F1D",
    unknown="#A9BCDB",
    unknown_soft="#263145",
    crashed="#D0A5F5",
    crashed_soft="#33234A",
)

HIGH = Theme(
    name="high",
    ground="#000000",
    rail="#000000",
    card="#000000",
    line="#5E5E5E",
    edge="#FFFFFF",
    handle="#C8C8C8",
    text="#FFFFFF",
    muted="#EBEBEB",
    accent="#FFE600",
    accent_deep="#FFF27A",
    on_accent="#000000",
    tint="#262626",
    passed="#6BFFA6",
    passed_soft="#00240F",
    warning="#FFC94D",
    warning_soft="#2B2000",
    failed="#FF9C93",
    failed_soft="#330B08",
    unknown="#C2D6FF",
    unknown_soft="#0D1A33",
    crashed="#E3BFFF",
    crashed_soft="#240D38",
)
"""High contrast: what is read stands at 7:1 or more, and every card has an edge that is seen."""

THEMES = (LIGHT, DARK, HIGH)

PAIRS = (
    *((ink, on) for ink in ("text", "muted") for on in ("ground", "rail", "card", "tint")),
    *((ink, on) for ink in ("passed", "warning", "failed", "unknown") for on in ("rail", "card")),
    *((ink, f"{ink}_soft") for ink in ("passed", "warning", "failed", "unknown", "crashed")),
    ("crashed", "rail"),
    ("text", "warning_soft"),
    ("text", "crashed_soft"),
    ("text", "line"),
    ("muted", "line"),
    ("accent", "rail"),
    ("accent", "card"),
    ("accent", "ground"),
    ("accent", "tint"),
    ("on_accent", "accent"),
    ("on_accent", "accent_deep"),
    *(("card", mark) for mark in ("passed", "warning", "failed", "unknown", "crashed")),
)
"""Which colour is read on which ground."""


def system_theme() -> Theme:
    """Return the theme that the system wishes for now; unknown is light."""
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return HIGH
    return DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT


def sheet(theme: Theme) -> str:
    """Return the style sheet in the theme's colours."""
    text = _template()
    for name, colour in sorted(theme._asdict().items(), key=lambda pair: -len(pair[0])):
        text = text.replace(f"@{name}", str(colour))
    return text


def palette(theme: Theme) -> QPalette:
    """Return the palette for what the style sheet does not name (menus, dialogs, tooltips)."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, colour in (
        (role.Window, theme.ground),
        (role.WindowText, theme.text),
        (role.Base, theme.card),
        (role.AlternateBase, theme.rail),
        (role.Text, theme.text),
        (role.Button, theme.card),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.card),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
    ):
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return made


def font(families: tuple[str, ...] = FAMILIES, size: int = LETTER, *, bold: bool = False) -> QFont:
    """Return a font in logical pixels."""
    made = QFont(list(families))
    made.setPixelSize(size)
    made.setBold(bold)
    return made


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet goes by, and let it be seen."""
    if widget.property(name) == value:  # to match the style sheet anew takes a while
        return
    widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it will be matched
        widget.style().unpolish(widget)
        widget.style().polish(widget)


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """Return an icon of ``resources/icons`` in a colour, crisp at this pixel ratio."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    source = QByteArray(_drawing(name).replace("currentColor", colour).encode())
    QSvgRenderer(source).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


def icon(name: str, colour: str, ratio: float, size: int = 20) -> QIcon:
    """Return an icon for a button."""
    return QIcon(pixmap(name, colour, size, ratio))


@cache
def _template() -> str:
    return resource("style.qss").read_text("utf-8")


@cache
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text("utf-8")
