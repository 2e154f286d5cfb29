"""Expected pages kept as files in tests/golden; `KAM_GOLDEN=write pytest` writes them anew, to be read in the diff."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> None:
    """Assert that ``text`` is what the file ``name`` holds."""
    path = FOLDER / name
    if os.environ.get("KAM_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no golden file {name}; make it: KAM_GOLDEN=write pytest"
    assert text == path.read_text(encoding="utf-8")
