"""A line of kam's, run by the real cron in the bare environment that it gives."""

from __future__ import annotations

import os
from collections.abc import Callable
from email import message_from_string
from pathlib import Path

import pytest

from kam_cli.domains.reminders.crontab import (
    build_lines,
    read_crontab,
    with_block,
    without_block,
    write_crontab,
)

pytestmark = pytest.mark.real
pytest_plugins = ["cron_daemon"]

# All that cron and the shell could take for something else.
AWKWARD = "a b%c \\% \\\\ 'd' \"e\" $HOME `f` #g; תיקייה żółć"

# Names the file last which tells that the others are complete.
SCRIPT = """\
#!/bin/sh
cd "$(dirname "$0")" || exit
env -0 >env
cat >stdin
printf '%s\\0' "$0" "$@" >args.part
mv args.part args
"""


def test_a_line_runs_with_exact_words_in_a_bare_environment(
    tmp_path: Path, real_cron: Callable[[Path], bytes]
) -> None:
    folder = tmp_path / AWKWARD
    folder.mkdir()
    script = folder / "kam"
    script.write_text(SCRIPT)
    script.chmod(0o700)
    book, settings = str(folder / "my book.db"), str(folder / "config.toml")
    env = {**os.environ, "KAM_CONFIG": settings, "KAM_SMTP_PASSWORD": "secret"}
    before = read_crontab()

    lines = build_lines([str(script)], book, "mail", "ewa@example.com", "* * * * *", env)
    write_crontab(with_block(before, lines))
    args = real_cron(folder / "args")

    words = [str(script), "--db", book, "remind", "--notify", "mail", "--to", "ewa@example.com"]
    assert os.fsdecode(args).split("\0") == [*words, ""]
    given = dict(
        pair.split("=", 1) for pair in os.fsdecode((folder / "env").read_bytes()).split("\0") if pair
    )
    assert given["KAM_CONFIG"] == settings
    assert given["PATH"] != os.environ["PATH"]
    # Nothing of the environment in which the daemon was started, or the line was written.
    assert not {"KAM_SMTP_PASSWORD", "PYTEST_CURRENT_TEST", "VIRTUAL_ENV", "DISPLAY", "TERM"} & given.keys()
    assert (folder / "stdin").read_bytes() == b""

    write_crontab(without_block(read_crontab()))
    assert read_crontab() == before


def test_cron_runs_what_kam_cron_install_wrote(
    kam, real_cron: Callable[[Path], bytes], tmp_path: Path
) -> None:
    program = tmp_path / "sendmail"
    program.write_text(
        f'#!/bin/sh\ncat >"{tmp_path}/mail.part"\nmv "{tmp_path}/mail.part" "{tmp_path}/mail"\n'
    )
    program.chmod(0o700)
    kam(f"config set mail.sendmail {program}")
    kam("task add send the price list --due 2000-01-03")
    before = read_crontab()

    kam("cron install --at '* * * * *' --notify mail --to ewa@example.com")
    mail = real_cron(tmp_path / "mail").decode()

    message = message_from_string(mail)
    assert message["To"] == "ewa@example.com"
    text = message.get_payload(decode=True).decode()
    assert text == "overdue since Mon 3 Jan 2000: send the price list → kam task done 1\n"
    kam("cron remove")
    assert read_crontab() == before
