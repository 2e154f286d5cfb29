"""Runs the fault tests as often as the figures say, an hour in all: `nice python run.py --write`, or some of
them: `run.py --only kill power --write`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench")]

from faultkit import figures  # noqa: E402
from harness import RESULTS, machine, replace_section, table  # noqa: E402

SECTION = "Faults"
SAYS = """
`nice python tests/faults/run.py --write`, or `… --only kill power --write` for some. Every file in `tests/faults` says
what it proves and runs alone; each has a table of its own here. "Lost" is a change of which kam had said that it is
saved, and which was not there afterwards. A control is a program with a known weakness: its losses show that the
harness finds what it looks for. Waits were measured beside whatever else the machine did.
"""
FILES = sorted(path.stem.removeprefix("test_") for path in HERE.glob("test_*.py"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", nargs="+", metavar="FILE", choices=FILES, default=FILES, help=", ".join(FILES)
    )
    parser.add_argument("--short", action="store_true", help="as short as in the normal suite")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {RESULTS.name}")
    asked = parser.parse_args()
    failed = [name for name in asked.only if not proved(name, asked.short, asked.write)]
    print("failed: " + ", ".join(failed) if failed else "all held")
    return bool(failed)


def proved(name: str, short: bool, write: bool) -> bool:
    """Run one file; its figures are printed, and kept where all its tests passed."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures"
        kept.touch()
        env = {**os.environ, "KAM_FIGURES": str(kept), "KAM_FAULTS": "short" if short else "long"}
        file = str(HERE / f"test_{name}.py")
        held = not subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file], env=env
        ).returncode
        rows = [[cell.replace("|", "\\|") for cell in row] for row in figures(kept)]
    if rows:
        body = f"{machine_line()}\n\n{table(('fault', 'tried', 'result'), rows)}"
        print(f"\n### {name}\n\n{body}\n", flush=True)
        if held and write:
            RESULTS.write_text(replaced(RESULTS.read_text(encoding="utf-8"), name, body), encoding="utf-8")
    return held


def machine_line() -> str:
    return machine(Path(sys.executable), Path(sys.executable).with_name("kam"), dict(os.environ))


def replaced(text: str, name: str, body: str) -> str:
    """`text` with the table of one file set or replaced, those of the others as they were; of files that are gone, none."""
    section = re.search(rf"^## {SECTION}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    parts = re.split(r"^### (\w+)\n", section[1] if section else "", flags=re.MULTILINE)
    tables = {**dict(zip(parts[1::2], parts[2::2], strict=True)), name: body}
    some = "\n\n".join(f"### {one}\n\n{tables[one].strip()}" for one in FILES if one in tables)
    return replace_section(text, SECTION, f"{SAYS.strip()}\n\n{some}")


if __name__ == "__main__":
    sys.exit(main())
