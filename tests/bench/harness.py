"""Measures whole processes: alternates the commands, takes medians, keeps the last figures in RESULTS.md."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("RESULTS.md")
NOT_THERE = "not there yet"


@dataclass
class Case:
    """One command to measure; `before` runs ahead of every run, outside the clock."""

    name: str
    argv: Sequence[str | Path]
    env: dict[str, str]
    out: str = (
        "null"  # where the output goes: null (/dev/null), pipe (read to its end), tty (a pseudo-terminal)
    )
    before: Callable[[], object] | None = None
    expect: str = ""  # must stand in the output of the warm-up: proof that the right thing is measured


@dataclass
class Run:
    """A finished process: wall seconds, peak resident megabytes, exit code, what it wrote (stderr last)."""

    seconds: float
    peak_mb: float
    code: int
    output: str = ""


@dataclass
class Figures:
    """All timed runs of one case, or the problem for which there are none."""

    runs: list[Run] = field(default_factory=list)
    problem: str = ""

    @property
    def peak_mb(self) -> float | None:
        return max((run.peak_mb for run in self.runs), default=None)

    def cell(self, base: Figures | None = None, unit: float = 1) -> str:
        """The median, and in brackets the least and the most, of the ratios to `base` or of the times."""
        if self.problem or (base and base.problem):
            return NOT_THERE if self.problem == NOT_THERE else "failed"
        values = ratios(self, base) if base else [run.seconds / unit for run in self.runs]
        return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def run_once(case: Case, *, keep: bool = False) -> Run:
    """Run the command from start to end; with `keep` its output is read even where it would go to /dev/null.

    The peak is what `wait4` reports for this process and its children. Linux never reports less than the
    caller's own peak, about 20 MB, so this process must stay small.
    """
    if case.before:
        case.before()
    terminal = case.out == "tty"
    if terminal:
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    elif keep or case.out == "pipe":
        ours, theirs = os.pipe()
    else:
        ours, theirs = -1, os.open(os.devnull, os.O_WRONLY)
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                [str(word) for word in case.argv],
                stdin=theirs if terminal else subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs if terminal else errors,
                env=case.env,
                start_new_session=terminal,
            )
        finally:
            os.close(theirs)
        output = b"" if ours < 0 else _drain(ours)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        written = (output + errors.read()).decode(errors="replace")
    return Run(seconds, usage.ru_maxrss * 1024 / 1e6, process.returncode, written)


def _drain(descriptor: int) -> bytes:
    """Read to the end and return the beginning."""
    start = b""
    # Linux ends a pseudo-terminal whose last writer has gone with an error instead of an empty read.
    with contextlib.suppress(OSError):
        while chunk := os.read(descriptor, 1 << 16):
            start += chunk[: (1 << 16) - len(start)]
    os.close(descriptor)
    return start


def problem_of(run: Run, expect: str = "") -> str:
    """Why this run is no measurement, in one line; empty if it is one."""
    if run.code:
        if re.search(r"no such command|unknown command|no command", run.output, re.IGNORECASE):
            return NOT_THERE
        lines = [line.strip() for line in run.output.splitlines() if line.strip()] or ["nothing was written"]
        return f"exit {run.code}: {lines[-1] if 'Traceback' in run.output else lines[0]}"
    return "" if expect in run.output else f"the output lacks {expect!r}"


def measure(cases: Sequence[Case], runs: int, run: Callable[..., Run] = run_once) -> dict[str, Figures]:
    """Warm every case up once, then `runs` rounds of A B C …; a case that fails is left out from then on."""
    figures = {case.name: Figures(problem=problem_of(run(case, keep=True), case.expect)) for case in cases}
    for _ in range(runs):
        for case in cases:
            mine = figures[case.name]
            if not mine.problem:
                mine.runs.append(run(case))
                mine.runs[-1].output, mine.problem = "", problem_of(mine.runs[-1])
    return figures


def ratios(mine: Figures, base: Figures) -> list[float]:
    """Mine ÷ base, round by round: what slows a machine down for a while slows both.

    Of the same command measured twice on a busy machine, the medians of 15 such ratios were off by 3 % on
    average and once in 50 by over 10 %; the ratio of two medians by 6 %, and 12 times in 50.
    """
    return [one.seconds / other.seconds for one, other in zip(mine.runs, base.runs, strict=True)]


def ratio(mine: Figures, base: Figures) -> float | None:
    """The median of the ratios, or None where one of the two was not measured."""
    return None if mine.problem or base.problem else statistics.median(ratios(mine, base))


def verdict(limits: Sequence[tuple[float | None, float]]) -> str:
    """Whether every figure is at most its limit; "–" where one is missing, "" where there is no limit."""
    if any(figure is None for figure, _ in limits):
        return "–"
    reached = all(figure is not None and figure <= most for figure, most in limits)
    return "" if not limits else "reached" if reached else "not reached"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up as plain text."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines)


def replace_section(text: str, name: str, body: str) -> str:
    """`text` with the section `## name` holding `body`: replaced where it stands, else appended."""
    section = f"## {name}\n\n{body.strip()}\n"
    found = re.search(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        return f"{text.rstrip()}\n\n{section}"
    after = text[found.end() :]
    return text[: found.start()] + section + ("\n" + after if after else "")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of the caller's but PATH, so that no setting, plugin or PYTHON* variable reaches a figure."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    return {**kept, "HOME": str(home), **more}


def install(folder: Path) -> Path:
    """The `kam` of a fresh virtual environment with the project's wheel, its bytecode compiled by pip."""
    source, venv, wheels = folder / "source", folder / "venv", folder / "wheels"
    # A build inside the project would leave files there and take up modules that an earlier build left.
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    pip = [venv / "bin" / "python", "-m", "pip", "-qq"]
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", wheels, source], check=True)
    subprocess.run([*pip, "install", "--compile", *wheels.iterdir()], check=True)
    return venv / "bin" / "kam"


def machine(python: Path, kam: Path, env: dict[str, str]) -> str:
    """What the figures depend on: day, cores and versions, in one line."""

    def words(*argv: str | Path) -> list[str]:
        try:
            return subprocess.run(argv, env=env, capture_output=True, text=True).stdout.split() or ["?"]
        except FileNotFoundError:
            return ["absent"]

    code = "import platform, sqlite3; print(platform.python_version(), sqlite3.sqlite_version)"
    version, sqlite = words(python, "-c", code)
    shell, own = words("sqlite3", "--version")[0], words(kam, "--version")[-1]
    where = f"{time.strftime('%Y-%m-%d')} · {os.cpu_count()} cores · Python {version}"
    return f"{where} · SQLite {sqlite} (C shell {shell}) · kam {own}"
