"""Runs the suites: `python tests/bench/run.py [startup|scale|bulk|doubles|receivables …] [--runs N] [--large] [--write]`."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import books
from harness import (
    NOT_THERE,
    RESULTS,
    Case,
    Figures,
    clean_environment,
    install,
    machine,
    measure,
    ratio,
    replace_section,
    table,
    verdict,
)

SHELL_IN, SHELL_OUT, UTILS_IN = "C shell `.import`", "C shell `SELECT`", "`sqlite-utils insert --csv`"
KAM_IN, KAM_OUT = "`kam import`", "`kam export --csv`"


class Command(NamedTuple):
    """What follows `kam`, the most it may cost (× pass; 0: no target), and how its case is to be run."""

    words: str
    most: float = 0
    out: str = "null"
    expect: str = ""
    completes: bool = False

    @property
    def label(self) -> str:
        where = {"null": "", "pipe": " (to a pipe)", "tty": " (on a terminal)"}[self.out]
        return f"{'completion of ' * self.completes}`kam {self.words}`{where}"

    def on(self, size: int) -> str:
        return f"{self.label} at {size:,}"


DAILY = [
    Command("--version", 7),
    Command("--help"),
    Command("client --help"),
    Command("cl", 7, expect="client", completes=True),
    Command("client show ac", 8, expect="acme", completes=True),
    Command("log call acme 'wants the new price list'", 8),
    Command("client list --json --limit 20", 8, "pipe", expect="next_due_on"),
    Command("client list --limit 20", 12, "tty"),
]
AGENDA = [Command("today"), Command("today --json"), Command("remind")]
PAGES = [
    Command("brief acme"),
    Command("client show acme"),
    Command("log list --client acme --limit 20 --json"),
    Command("client list --sort next_due_on --limit 20 --json"),
]


class Bench:
    """The kam under measurement, its environment, the books made for it, and notes on what went wrong."""

    def __init__(self, kam: Path, folder: Path, runs: int, large: bool) -> None:
        self.kam, self.folder, self.runs, self.large = kam, folder, runs, large
        beside = kam.resolve().with_name("python")
        self.python = beside if beside.exists() else Path(sys.executable)
        self.env = clean_environment(folder / "home", KAM_TODAY=books.TODAY.isoformat())
        self.sizes = [10, 10_000, 1_000_000] if large else [10, 10_000]
        self.problems: dict[str, list[str]] = {}

    def make(self, path: Path, how: Callable[..., None], *sizes: object) -> Path:
        """The path of a book, made now unless it is there; if that fails, of none, with a note."""
        if not path.exists():
            print(f"making {path.name} …", file=sys.stderr)
            part = path.with_suffix(".part")  # an interrupted one must not pass for a kept book
            part.unlink(missing_ok=True)
            try:
                how(part, *sizes, kam=self.kam, env=self.env)
                part.rename(path)
            except (OSError, RuntimeError) as error:
                self.note(f"making {path.name}", str(error))
            os.sync()
        return path

    def case(self, command: Command, size: int, book: Path) -> Case:
        words, env = shlex.split(command.words), {**self.env, "KAM_DB": str(book)}
        if command.completes:
            asked = {"COMP_WORDS": f"kam {command.words}", "COMP_CWORD": str(len(words))}
            words, env = [], {**env, **asked, "_KAM_COMPLETE": "complete_bash"}
        return Case(command.on(size), [self.kam, *words], env, command.out, expect=command.expect)

    def measure(self, cases: Sequence[Case]) -> dict[str, Figures]:
        figures = measure(cases, self.runs)
        for name, mine in figures.items():
            if mine.problem not in ("", NOT_THERE):
                self.note(name, mine.problem)
        return figures

    def note(self, where: str, problem: str) -> None:
        self.problems.setdefault(problem.replace(f"{self.folder}/", ""), []).append(where)


def ladder(bench: Bench, commands: Sequence[Command], sizes: Sequence[int], most_growth: float) -> str:
    """Each command on books of growing size against `pass`, and on the largest against the smallest."""
    passing = Case("`pass`", [bench.python, "-c", "pass"], bench.env)
    paths = {size: bench.make(bench.folder / f"book-{size}.db", books.of_size, size) for size in sizes}
    cases = [bench.case(command, size, paths[size]) for command in commands for size in sizes]
    figures = bench.measure([passing, *cases])
    base, lines = figures[passing.name], []
    for command in commands:
        mine = [figures[command.on(size)] for size in sizes]
        growth = ratio(mine[-1], mine[0])
        limits = [(ratio(one, base), command.most) for one in mine if command.most] + [(growth, most_growth)]
        goal = f"≤ {command.most} × pass; " * bool(command.most) + f"growth ≤ {most_growth}"
        figure = f"{growth:.2f}" if growth else "–"
        cells = [one.cell(base) for one in mine]
        lines.append([command.label, *cells, figure, goal, verdict(limits)])
    head = ["command", *(f"× pass at {size:,}" for size in sizes), "growth", "to reach", ""]
    return f"`python -c pass`: {base.cell(unit=0.001)} ms.\n\n{table(head, lines)}"


def startup(bench: Bench) -> str:
    """The commands of every day on books of growing size; then the agenda, also on an empty one."""
    daily = ladder(bench, DAILY, bench.sizes, 1.1)
    return f"{daily}\n\n{ladder(bench, AGENDA, [0, bench.sizes[-1]], 1.3)}"


def scale(bench: Bench) -> str:
    """The pages about one client and the list of who is due."""
    return ladder(bench, PAGES, bench.sizes, 1.3)


def bulk(bench: Bench) -> str:
    """Import and export of many rows against the C shell and sqlite-utils, with peak memory."""
    if not shutil.which("sqlite3"):
        return "Not measured: the `sqlite3` program is absent."
    count = 1_000_000 if bench.large else 100_000
    parts = [f"{count:,} rows each."]
    for noun in ("clients", "interactions"):
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            parts.append(f"### {noun}\n\n{_bulk_of(bench, noun, count, Path(folder))}")
    return "\n\n".join(parts)


def _bulk_of(bench: Bench, noun: str, count: int, folder: Path) -> str:
    clients = count if noun == "clients" else count // 10
    fresh, full, target, peer = (folder / f"{name}.db" for name in ("fresh", "full", "target", "peer"))
    rows = books.write_csv(folder / "rows.csv", noun, count, clients)

    def loaded(path: Path, *, kam: Path, env: dict[str, str]) -> None:
        shutil.copy(fresh, path)
        books.load(path, noun, rows, kam=kam, env=env)

    def anew() -> None:
        target.unlink(missing_ok=True)
        peer.unlink(missing_ok=True)
        if fresh.exists():
            shutil.copy(fresh, target)
        os.sync()  # or a run would pay for the pages which the copy and the run before it left to be written

    def case(name: str, before: Callable[[], None], *argv: str | Path) -> Case:
        return Case(name, argv, bench.env, before=before)

    utils = shutil.which("sqlite-utils", path=f"{bench.python.parent}:{bench.env['PATH']}")
    cases = [case(SHELL_IN, anew, "sqlite3", peer, ".mode csv", f".import '{rows}' {noun}")]
    if utils:
        cases.append(case(UTILS_IN, anew, utils, "insert", peer, noun, rows, "--csv"))
    bench.make(fresh, books.make_book, clients if noun != "clients" else 0, 0, 0, 0)
    if fresh.exists() and bench.make(full, loaded).exists():
        words = ["--as", noun, "--source", "bench", "--quiet", "--db", target]
        cases.append(case(KAM_IN, anew, bench.kam, "import", rows, *words))
        cases.append(case(SHELL_OUT, os.sync, "sqlite3", "-csv", full, f"SELECT * FROM {noun}"))
        cases.append(case(KAM_OUT, os.sync, bench.kam, "export", noun, "--csv", "--db", full))
    figures = {name: Figures(problem=NOT_THERE) for name in (SHELL_IN, UTILS_IN, KAM_IN, SHELL_OUT, KAM_OUT)}
    figures |= bench.measure(cases)
    goals = {
        KAM_IN: (
            "≤ 8 × C shell; ≤ ⅓ of sqlite-utils; ≤ 200 MB",
            [
                (ratio(figures[KAM_IN], figures[SHELL_IN]), 8),
                (ratio(figures[KAM_IN], figures[UTILS_IN]), 1 / 3),
                (figures[KAM_IN].peak_mb, 200),
            ],
        ),
        KAM_OUT: ("≤ 3 × C shell", [(ratio(figures[KAM_OUT], figures[SHELL_OUT]), 3)]),
    }
    lines = []
    for name, mine in figures.items():
        times = ratio(mine, figures[SHELL_OUT if name in (SHELL_OUT, KAM_OUT) else SHELL_IN])
        goal, limits = goals.get(name, ("", []))
        shown = f"{times:.2f}" if times else "–", f"{mine.peak_mb:.0f} MB" if mine.peak_mb else "–"
        lines.append([name, mine.cell(), *shown, goal, verdict(limits)])
    return table(["command", "seconds", "× C shell", "peak memory", "to reach", ""], lines)


def doubles(bench: Bench) -> str:
    """All pairs of doubles among a growing number of clients; ten times as many may take fifteen times as long."""
    sizes, command = (
        [1_000, 10_000, *([100_000] if bench.large else [])],
        Command("client dupes --json", out="pipe"),
    )
    paths = [
        bench.make(bench.folder / f"clients-{size}.db", books.make_book, size, 0, 0, 0) for size in sizes
    ]
    figures = list(
        bench.measure([bench.case(command, *pair) for pair in zip(sizes, paths, strict=True)]).values()
    )
    lines = []
    for size, mine, fewer in zip(sizes, figures, [None, *figures], strict=False):
        growth = ratio(mine, fewer) if fewer else None
        shown = f"{growth:.1f}" if growth else "–", f"{mine.peak_mb:.0f} MB" if mine.peak_mb else "–"
        lines.append(
            [
                f"{size:,}",
                mine.cell(),
                *shown,
                "≤ 15" if fewer else "",
                verdict([(growth, 15)]) if fewer else "",
            ]
        )
    head = ["clients", "seconds", "× a tenth of them", "peak memory", "to reach", ""]
    return f"{command.label}\n\n{table(head, lines)}"


# What the C shell is asked: the best that is known by hand, with the names, for the same buckets; `{day}` is quoted.
_BUCKETS = (
    "sum(minor) AS total, sum(CASE WHEN due_on >= {day} THEN minor ELSE 0 END), "
    "sum(CASE WHEN due_on < {day} AND due_on >= date({day}, '-30 day') THEN minor ELSE 0 END), "
    "sum(CASE WHEN due_on < date({day}, '-30 day') AND due_on >= date({day}, '-60 day') THEN minor ELSE 0 END), "
    "sum(CASE WHEN due_on < date({day}, '-60 day') AND due_on >= date({day}, '-90 day') THEN minor ELSE 0 END), "
    "sum(CASE WHEN due_on < date({day}, '-90 day') THEN minor ELSE 0 END)"
)
_OWED_NOW = (
    "SELECT client_id, currency, due_on, open_minor AS minor FROM invoices INDEXED BY invoices_owed "
    "WHERE open_minor > 0 AND deleted_at IS NULL"
)
_OWED_SINCE = (
    _OWED_NOW
    + " AND issued_on <= {day} UNION ALL SELECT i.client_id, i.currency, i.due_on, a.amount_minor FROM allocations a "
    "INDEXED BY allocations_day JOIN invoices i ON i.id = a.invoice_id WHERE a.allocated_on > {day} AND i.issued_on <= {day}"
)
_OWED_THEN = (
    "SELECT i.client_id, i.currency, i.due_on, i.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocations a "
    "WHERE a.invoice_id = i.id AND a.allocated_on <= {day}), 0) AS minor FROM invoices i "
    "WHERE i.issued_on <= {day} AND i.deleted_at IS NULL"
)
_BY_CLIENT = (
    "SELECT c.name, g.* FROM (SELECT client_id, currency, {buckets} FROM ({source}) GROUP BY client_id, currency "
    "HAVING sum(minor) > 0) g JOIN clients c ON c.id = g.client_id ORDER BY total DESC"
)
_BY_CURRENCY = "SELECT currency, {buckets} FROM ({source}) GROUP BY currency"
OWED = [  # words after `kam metrics receivables`, the day, and the query for it
    ("--json", 0, _BY_CLIENT, _OWED_NOW),
    ("--json --by currency", 0, _BY_CURRENCY, _OWED_NOW),
    ("--json --by currency", 90, _BY_CURRENCY, _OWED_SINCE),
    ("--json", 90, _BY_CLIENT, _OWED_SINCE),
    ("--json --by currency", 700, _BY_CURRENCY, _OWED_THEN),
]


def receivables(bench: Bench) -> str:
    """What is owed, today and at the end of earlier days, against the C shell on the same file."""
    if not shutil.which("sqlite3"):
        return "Not measured: the `sqlite3` program is absent."
    count = 500_000 if bench.large else 50_000
    empty, full = (
        bench.make(bench.folder / f"invoices-{size}.db", books.with_invoices, size) for size in (0, count)
    )
    fixed = Case("`kam metrics receivables --json` of an empty book", [bench.kam, "metrics", "receivables", "--json"],
                 {**bench.env, "KAM_DB": str(empty)}, "pipe")  # fmt: skip
    lines = []
    for words, back, query, source in OWED:
        day = (books.TODAY - timedelta(days=back)).isoformat()
        argv = ["metrics", "receivables", *words.split(), *(["--at", day] if back else [])]
        sql = query.format(buckets=_BUCKETS, source=source).replace("{day}", f"'{day}'")
        mine = Case(
            f"`kam {' '.join(argv)}`",
            [bench.kam, *argv],
            {**bench.env, "KAM_DB": str(full)},
            "pipe",
            expect="total",
        )
        shell = Case("C shell", ["sqlite3", "-json", full, sql], bench.env, "pipe")
        figures = bench.measure([fixed, shell, mine])
        own, base, start = (figures[case.name] for case in (mine, shell, fixed))
        pairs = zip(own.runs, base.runs, start.runs, strict=False)
        beyond = [(one.seconds - less.seconds) / other.seconds for one, other, less in pairs]
        times = statistics.median(beyond) if beyond else None
        shown = f"{times:.2f} ({min(beyond):.2f}–{max(beyond):.2f})" if times is not None else "–"
        peak = f"{own.peak_mb:.0f} MB" if own.peak_mb else "–"
        lines.append(
            [mine.name, start.cell(), base.cell(), own.cell(), shown, peak, "≤ 1.5", verdict([(times, 1.5)])]
        )
    head = [
        "command",
        "fixed cost, s",
        "C shell, s",
        "kam, s",
        "(kam − fixed) ÷ C shell",
        "peak memory",
        "to reach",
        "",
    ]
    return f"{count:,} invoices of {count // 5:,} clients.\n\n{table(head, lines)}"


SUITES: dict[str, Callable[[Bench], str]] = {
    "startup": startup,
    "scale": scale,
    "bulk": bulk,
    "doubles": doubles,
    "receivables": receivables,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all if none is named"
    )
    parser.add_argument("--runs", type=int, default=15, help="timed runs of each command (default 15)")
    parser.add_argument("--large", action="store_true", help="books and files of a million rows, too")
    parser.add_argument("--kam", type=Path, help="measure this kam instead of the wheel, freshly installed")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="make the books in DIR, or use those found there"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"replace the suites' sections of {RESULTS.name}"
    )
    asked = parser.parse_args()
    if unknown := [name for name in asked.suites if name not in SUITES]:
        parser.error(f"there is no suite {unknown[0]!r}; there are {', '.join(SUITES)}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        kam = asked.kam.absolute() if asked.kam else install(Path(temporary))
        for name in asked.suites or SUITES:
            bench = Bench(kam, folder, asked.runs, asked.large)
            section = report(bench, name, SUITES[name](bench))
            print(f"\n## {name}\n\n{section}")
            if asked.write:
                RESULTS.write_text(replace_section(RESULTS.read_text("utf-8"), name, section), "utf-8")


def report(bench: Bench, name: str, body: str) -> str:
    """The section of one suite: when and where, by which command, the tables, and the notes."""
    facts = machine(bench.python, bench.kam, bench.env)
    command = f"python tests/bench/run.py {name} --runs {bench.runs}{' --large' * bench.large} --write"
    notes = "".join(
        f"\n- {where[0]}{f' and {len(where) - 1} more' * (len(where) > 1)}: {problem}"
        for problem, where in bench.problems.items()
    )
    return f"{facts} · {bench.runs} runs\n\n`{command}`\n\n{body}\n{notes}".rstrip()


if __name__ == "__main__":
    main()
