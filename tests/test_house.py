"""The structure of the code, held by its syntax trees: who imports whom, how large things are, what is where."""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "kam_cli"
FILES = sorted(SOURCE.rglob("*.py"))
KERNEL = {
    "book", "stamps", "lock", "journal", "derived", "migrations", "backup", "automatic", "reverting", "changes", "values", "refs", "errors", "text", "noun", "params",
    "config", "days", "calendars", "kinds", "listing", "output", "encode", "screen", "cells", "command", "agenda", "failures",
}  # fmt: skip


def module(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports(path: Path) -> set[str]:
    """Modules of kam_cli that a file imports, anywhere in it, below the package's name."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kam_cli"):
            base = (node.module or "").removeprefix("kam_cli").lstrip(".")
            for name in node.names:
                inner = SOURCE.joinpath(*(base.split(".") if base else []), name.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                found.add(f"{base}.{name.name}".lstrip(".") if is_module else base)
    return found


@pytest.mark.parametrize("path", FILES, ids=module)
def test_size_and_first_sentence(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    doc = ast.get_docstring(tree(path))
    assert (doc and doc[0].isalnum()) or (doc and doc[0] in "`@"), (
        "a module opens with a sentence saying what it is for"
    )


def test_few_functions_are_over_thirty_lines():
    functions = [
        (path, node)
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]

    def body(node) -> int:
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        return node.end_lineno - first.lineno + 1

    long = [f"{module(path)}.{node.name}: {body(node)}" for path, node in functions if body(node) > 30]
    assert len(long) <= len(functions) * 0.02, long
    assert not [one for one in long if int(one.split(": ")[1]) > 50], long


def test_imports_point_downward():
    wrong = []
    for path in FILES:
        name, used = module(path), imports(path)
        layer = name.split(".")[0]
        if layer in KERNEL:
            wrong += [
                f"{name} → {one}"
                for one in used
                if one.split(".")[0] in ("domains", "reports", "imports", "tools", "demo", "app")
            ]
        if name.endswith("rules"):
            wrong += [
                f"{name} → {one}"
                for one in used
                if one.split(".")[0] not in ("errors", "values", "text") and not one.endswith("rules")
            ]
        if layer != "app" and name != "__main__":
            wrong += [f"{name} → app" for one in used if one == "app"]
        if layer == "domains":
            own = name.split(".")[1]
            wrong += [
                f"{name} → {one}"
                for one in used
                if re.fullmatch(r"domains\.\w+\.commands", one) and one.split(".")[1] != own
            ]
    assert not wrong


def test_rules_are_pure():
    for path in SOURCE.rglob("rules.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(sqlite3|print\(|utc_now|\.now\(|\.today\(|time\.time|open\()", text), path


def test_commands_hold_no_sql_and_no_rich():
    sql = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE)\s")
    for path in SOURCE.rglob("commands.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not sql.match(node.value), f"{module(path)}:{node.lineno}"
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert not any(n.split(".")[0] == "rich" for n in names), module(path)


def test_only_typer_itself_imports_click_and_only_app_imports_typer():
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                tops = {n.split(".")[0] for n in names}
                assert "click" not in tops, module(path)
                assert "typer" not in tops or module(path) == "app", module(path)


def test_only_output_prints():
    allowed = {"output", "encode", "screen", "fastpath", "complete", "app"}
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
                assert module(path) in allowed, f"{module(path)}:{node.lineno}"
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("stdout", "stderr")
                and getattr(node.value, "id", "") == "sys"
            ):
                assert module(path) in {*allowed, "command", "__main__"}, f"{module(path)}:{node.lineno}"


def test_data_never_becomes_markup():
    """Rich gets Text(safe(…)); a console that reads markup, or an f-string with a style in it, is not there."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "from_markup" not in text and "markup=True" not in text, path
        assert not re.search(
            r"f[\"'][^\"'\n]*(?<![\w\]])\[/?(bold|dim|red|green|yellow|cyan|link)\b", text
        ), path


def test_nothing_is_left_unfinished():
    for path in [*FILES, *(ROOT / "tests").rglob("*.py")]:
        if path.name == "test_house.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text), path


def test_the_top_level_holds_what_it_should():
    git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if git.returncode:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in git.stdout.splitlines()}
    assert {one for one in tops if not one.startswith(".")} <= {
        "src",
        "tests",
        "examples",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    }


def loaded(*argv: str, **env: str) -> set[str]:
    """Top-level names of all modules that a command loads."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "from kam_cli.__main__ import main\n"
        f"code = main({list(argv)!r})\n"
        "sys.stdout.flush(); sys.stderr.write('\\n' + ' '.join(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(SOURCE.parent)!r})\n{code}"],
                          capture_output=True, text=True, env={**os.environ, **env}, stdin=subprocess.DEVNULL)  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


HEAVY = {
    "typer", "rich", "sqlite_utils", "dateutil", "anyascii", "tomlkit", "json", "dataclasses", "inspect", "pathlib", "subprocess",
    "importlib.metadata", "csv", "logging", "difflib", "email", "smtplib", "urllib", "decimal", "typing", "asyncio",
    "phonenumbers",
}  # fmt: skip


@pytest.mark.parametrize(
    "argv",
    [
        ["--version"], ["log", "call", "acme", "wants the new price list"], ["client", "list", "--json"],
        ["task", "add", "send", "list", "--due", "2026-05-01", "--client", "acme"], ["deal", "list", "--json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_daily_commands_load_little(kam, argv):
    kam("client add Acme")
    modules = loaded(*argv)
    assert not modules & HEAVY, sorted(modules & HEAVY)


def test_backups_that_are_not_due_load_nothing(kam):
    """A change costs no more for them, where none is asked for a day; where the day has one, a look into the folder."""
    kam("client add Acme")
    call = ("log", "call", "acme", "wants the new price list")
    makers = {"kam_cli.automatic", "kam_cli.backup", "kam_cli.atomic", "hashlib", "shutil"}
    without = loaded(*call)
    assert not without & makers, sorted(without & makers)
    kam("config set backup.daily 1")
    kam("client add Beta")
    done = loaded(*call)
    assert "kam_cli.automatic" in done
    heavy = done & (
        (HEAVY | {"kam_cli.atomic", "hashlib", "shutil"}) - {"typing"}
    )  # tomllib's, for any settings
    assert not heavy, sorted(heavy)


def test_the_version_loads_no_noun(kam):
    assert not [
        name for name in loaded("--version") if name.startswith(("kam_cli.domains", "sqlite3", "datetime"))
    ]


def test_a_table_loads_rich_and_no_typer(kam):
    kam("client add Acme")
    modules = loaded("client", "list")
    assert "rich" in modules and not modules & {"typer", "sqlite_utils", "dateutil"}
