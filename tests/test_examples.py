"""The transcripts and scripts in examples/, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
TODAY = "2026-03-18"


def shell(command: str, folder: Path) -> str:
    """What a line of a shell prints, with `kam` on the path, in a folder of its own."""
    bin = folder / "bin"
    if not bin.exists():
        bin.mkdir()
        (bin / "kam").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kam_cli "$@"\n')
        (bin / "kam").chmod(0o755)
    env = {
        "PATH": f"{bin}:{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "KAM_TODAY": TODAY, "TZ": "Europe/Warsaw",
        "LANG": "C.UTF-8", "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, cwd=folder, env=env, stdin=subprocess.DEVNULL
    )
    out = done.stdout + done.stderr + (f"[exit {done.returncode}]\n" if done.returncode else "")
    return masked(out.replace(str(folder), "~"))


def masked(text: str) -> str:
    """Without what differs from run to run: uids and the time of day."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<instant>", text)
    # Two commands within one minute, or not.
    text = re.sub(r"entered stage: \S+ \S+ → \S+ \S+; ", "", text)
    return re.sub(r"(?<=20\d\d-\d\d-\d\d )\d\d:\d\d(?= *(·|$|  ))", "hh:mm", text, flags=re.M)


def transcripts() -> list[Path]:
    return sorted(EXAMPLES.glob("*.transcript"))


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
def test_a_transcript_is_what_happens(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    for helper in EXAMPLES.iterdir():
        if helper.suffix in (".csv", ".sh"):
            shutil.copy(helper, tmp_path)
    blocks = re.split(r"(?m)^(?=\$ )", text)
    written = [blocks[0]]
    for block in blocks[1:]:
        command = block.splitlines()[0][2:]
        tail = re.search(r"\n(\n*(# [^\n]*\n+)*)\Z", block)
        remark = tail.group(1) if tail else ""
        written.append(f"$ {command}\n{shell(command, tmp_path)}{remark}")
    now = "".join(written)
    if os.environ.get("KAM_GOLDEN") == "write":
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")


def test_there_is_a_transcript_and_every_script_is_used():
    assert transcripts()
    used = "".join(path.read_text(encoding="utf-8") for path in transcripts())
    for script in EXAMPLES.glob("*.sh"):
        assert script.name in used or script.name == "neglected.sh"


def test_the_jq_pipeline(kam, tmp_path):
    if not shutil.which("jq"):
        pytest.skip("jq is not here: apt-get install jq")
    kam("client add Acme --every 1w --today 2025-01-01")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kam").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kam_cli "$@"\n')
    (tmp_path / "bin" / "kam").chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", str(EXAMPLES / "neglected.sh")], capture_output=True, text=True, env=env)
    assert done.stderr == ""
