"""Does the house keep its own rules, and do its documents tell the truth?"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from tests.judges import ROOT

from a3check.core.register import register

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE: Final = ROOT / "src" / "a3check"
LONGEST: Final = 300
LONGER: Final[dict[str, int]] = {}
LONGEST_FUNCTION: Final = 45
FORBIDDEN_NAMES: Final = frozenset({"utils", "util", "helpers", "helper", "common", "manager"})
BUILD_SECONDS: Final = 120
RUN_SECONDS: Final = 60
HEAVY: Final = frozenset({"PySide6", "PyKCS11", "smartcard"})
INVENTED_CPFS: Final = frozenset({"529.982.247-25", "111.444.777-35", "123.456.789-09"})

SOURCES: Final = sorted(PACKAGE.rglob("*.py"))
TESTS: Final = sorted((ROOT / "tests").rglob("*.py"))
DOCUMENTS: Final = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.as_posix()
)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """What belongs to the project: known to git, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=RUN_SECONDS
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout here")
    paths = (ROOT / name for name in done.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def requirements() -> tuple[Requirement, ...]:
    table = project()["project"]
    lines = (*table["dependencies"], *table["optional-dependencies"]["dev"])
    return tuple(map(Requirement, lines))


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# ---- the code


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_a_module_says_in_a_sentence_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(tree(path)) or ""
    first = docstring.partition("\n\n")[0].replace("\n", " ")
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", first)
    question_and_gloss = len(sentences) == 2 and sentences[0].endswith("?")
    assert first, "no docstring"
    assert len(sentences) == 1 or question_and_gloss, first


def test_no_module_is_called_a_drawer() -> None:
    names = (path.relative_to(ROOT).with_suffix("") for path in (*SOURCES, *TESTS))
    assert [name for name in names if FORBIDDEN_NAMES.intersection(name.parts)] == []


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_files_and_functions_stay_short(path: Path) -> None:
    longest = LONGER.get(path.relative_to(PACKAGE).as_posix(), LONGEST)
    functions = (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef))
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION]
    assert path.read_text("utf-8").count("\n") <= longest
    assert not long


def test_no_test_sleeps() -> None:
    sleepers = (path for path in TESTS if "sleep" in path.read_text("utf-8"))
    calls = ((path, n) for path in sleepers for n in ast.walk(tree(path)))
    asleep = [
        f"{shown(path)}:{n.lineno}"
        for path, n in calls
        if isinstance(n, ast.Call) and ast.unparse(n.func) in {"time.sleep", "sleep"}
    ]
    assert asleep == []


def test_a_check_is_a_module_and_a_table() -> None:
    modules = {path.stem for path in (PACKAGE / "checks").glob("[!_]*.py")}
    assert modules == set(register().checks)


def test_the_command_line_loads_neither_qt_nor_the_tokens_libraries() -> None:
    script = (
        "import sys, a3check.cli\n"
        "for name in 'diagnosticar rede atualizar certificado relatorio codigos'.split():\n"
        "    a3check.cli.command(name)\n"
        "from a3check.core.catalogue import catalogue\n"
        "catalogue().checks()\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=True,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )
    assert not HEAVY & set(done.stdout.split())


# ---- the package


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=BUILD_SECONDS,
    )
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


def test_the_wheel_holds_every_module_and_resource(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    resources = [path for path in (ROOT / "resources").rglob("*.*") if path.suffix != ".pyc"]
    wanted = {f"a3check/{path.relative_to(PACKAGE).as_posix()}" for path in SOURCES}
    wanted |= {f"a3check/{path.relative_to(ROOT).as_posix()}" for path in resources}
    assert wanted <= names
    assert "a3check/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_holds_nothing_else(wheel: ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"a3check", f"a3check-{project()['project']['version']}.dist-info"}
    assert not [name for name in wheel.namelist() if "__pycache__" in name]


def test_entry_points_lead_somewhere() -> None:
    table = project()["project"]
    for target in (*table["scripts"].values(), *table["gui-scripts"].values()):
        module, _, function = target.partition(":")
        assert callable(getattr(import_module(module), function))


def test_the_lock_pins_all_with_hashes_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(
        r"^\s*(--(extra-)?index-url|--find-links|--trusted-host|-[ifr] )", text, re.MULTILINE
    )
    assert "://" not in text
    blocks = re.findall(
        r"^([a-z][^\s=]*)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)",
        text,
        re.MULTILINE,
    )
    pinned = {plain(name): version for name, version, _ in blocks}
    assert len(pinned) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))
    for wanted in requirements():
        assert pinned[plain(wanted.name)] in wanted.specifier, wanted


def test_each_runtime_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/decisions/0005-dependencies.md").read_text("utf-8")
    for line in project()["project"]["dependencies"]:
        assert f"| {Requirement(line).name} |" in reasons


def test_the_licence_is_the_gpl() -> None:
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3" in (
        ROOT / "LICENSE"
    ).read_text("utf-8")


# ---- what must not be here


def test_no_certificates_nor_keys_are_kept() -> None:
    suffixes = {".pem", ".der", ".crt", ".cer", ".p7b", ".p12", ".pfx", ".key"}
    block = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----\s+[A-Za-z0-9+/=\s]{200,}-----END")
    assert not [shown(path) for path in tracked() if path.suffix in suffixes]
    assert not [shown(path) for path in tracked() if block.search(path.read_bytes())]


def test_no_persons_number_but_invented_ones() -> None:
    written = re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")
    texts = ((path, path.read_bytes().decode("utf-8", "ignore")) for path in tracked())
    real = {(shown(p), cpf) for p, text in texts for cpf in written.findall(text) if is_cpf(cpf)}
    assert not {row for row in real if row[1] not in INVENTED_CPFS}


def is_cpf(text: str) -> bool:
    """Reckon the two check digits, apart from the program's own reckoning."""
    digits = [int(c) for c in text if c.isdigit()]
    for end in (9, 10):
        total = sum(d * (end + 1 - at) for at, d in enumerate(digits[:end]))
        if digits[end] != total * 10 % 11 % 10:
            return False
    return len(set(digits)) > 1


# ---- the documents


def test_make_knows_every_verb_that_a_document_names() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test", "bench", "run", "lab", "telas", "clean"} <= targets
    for path in DOCUMENTS:
        named = re.findall(r"(?:`|\$ )make(?: PYTHON=\S+)? ([a-z]+)", path.read_text("utf-8"))
        assert set(named) <= targets, shown(path)


def test_the_continuous_integration_runs_the_tests() -> None:
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert "exec make test" in run.read_text("utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_links_and_files_named_in_documents_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)}
    local = {link for link in links if link and "://" not in link}
    files = re.findall(r"`([a-z0-9_.-]+(?:/[a-z0-9_.-]+)+\.(?:py|toml|md|json))`", text)
    homes = (ROOT, PACKAGE)
    assert not [link for link in local if not (path.parent / link).exists()]
    assert not [f for f in files if not any((home / f).exists() for home in homes)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_codes_named_in_documents_are_in_the_register(path: Path) -> None:
    checks = "|".join(register().checks)
    named = re.findall(rf"`((?:{checks})\.[a-z_]+)(\*?)`", path.read_text("utf-8"))
    codes = set(register().codes) | {"card.py", "pin.py"}
    for code, star in named:
        assert any(c.startswith(code) for c in codes) if star else code in codes, code


def test_the_readme_shows_commands_and_options_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    commands = set(re.findall(r"(?:`|\$ )a3check ([a-z]+)", text))
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    helps = "".join(_help(command) for command in commands - {"codigos"})
    assert commands == {
        "relatorio",
        "diagnosticar",
        "codigos",
        "rede",
        "atualizar",
        "certificado",
        "abrir",
    }
    assert options <= set(re.findall(r"--[a-z][a-z-]+", helps))


def _help(command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "a3check", command, "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
        check=True,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    ).stdout


def test_the_glossary_has_twenty_words() -> None:
    text = (ROOT / "docs" / "glossario.md").read_text("utf-8")
    assert len(re.findall(r"^\| \*\*", text, re.MULTILINE)) == 20


def test_every_decision_says_what_was_decided() -> None:
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        text = path.read_text("utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
        assert text.startswith(f"# {path.name[:4]} ")
        assert "## Context" in text
        assert "## Decision" in text
