"""Runs every fault test as often as the figures say, half an hour in all: `nice python run.py --write`."""

from __future__ import annotations

import argparse
import os
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
`nice python tests/faults/run.py --write`. Every file in `tests/faults` says what it proves and runs alone.
"Lost" is a change of which kam had said that it is saved, and which was not there afterwards. A control is a
program with a known weakness: its losses show that the harness finds what it looks for.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="as short as in the normal suite")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {RESULTS.name}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures"
        kept.touch()
        env = {**os.environ, "KAM_FIGURES": str(kept), "KAM_FAULTS": "short" if asked.short else "long"}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE)]
        code = subprocess.run(command, env=env).returncode
        body = table(("fault", "tried", "result"), figures(kept))
    facts = machine(Path(sys.executable), Path(sys.executable).with_name("kam"), dict(os.environ))
    print(f"\n{facts}\n\n{body}")
    if code == 0 and asked.write:
        text = RESULTS.read_text(encoding="utf-8")
        RESULTS.write_text(replace_section(text, SECTION, f"{SAYS}\n{facts}\n\n{body}"), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
