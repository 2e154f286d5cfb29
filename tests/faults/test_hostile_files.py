"""Mail, cards, calendars, directories, JSON and drawn tables made to hold kam up: answered within seconds, in bounded memory, in one line.

A pattern that tries every way to part a text takes minutes on a hundred kilobytes; each of these once did, or might.
"""

from __future__ import annotations

import json
import resource

import pytest
from faultkit import LONG, figure, script
from inside import harmful

MAIL = b"From: a@b.example\nTo: c@d.example\nSubject: x\nDate: Mon, 5 Jan 2026 10:00:00 +0000\nContent-Type: text/html\n\n"
PLAIN = MAIL.replace(b"html", b"plain")
PARTS = MAIL.replace(b"text/html", b"multipart/mixed; boundary=x")
CARD, END = b"BEGIN:VCARD\nVERSION:3.0\nFN:Acme\n", b"END:VCARD\n"
EVENT = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260105T100000Z\nSUMMARY:x\n"
ENDS = b"END:VEVENT\nEND:VCALENDAR\n"
ENTRY = b"dn: cn=a\nobjectClass: person\ncn: Acme\nsn: A\n"

FILES = {
    "open brackets.eml": MAIL + b"<" * 300_000,
    "open breaks.eml": MAIL + b"<br" * 100_000,
    "open scripts.eml": MAIL + b"<script>" * 50_000,
    "open remarks.eml": MAIL + b"<!--" * 100_000,
    "address in brackets.vcf": CARD + b"EMAIL:<" + b"@" * 300_000 + b"\n" + END,
    "commas.vcf": CARD + b"ADR:" + b"," * 300_000 + b"\n" + END,
    "commas and blanks.vcf": CARD + b"ADR:;;" + b", " * 200_000 + b"x\n" + END,
    "remarks first.csv": b"  #x\n" * 500 + b"name\nAcme\n",
    "blanks in a name.ldif": b"dn: " + b" ," * 200_000 + b"\n" + ENTRY,
    "blanks in a figure.csv": b"name,city\n" + b"1" + b" " * 900_000 + b"x,b\n",
    "addresses for headers.csv": b"a@" * 450_000 + b",b\n1,2\n",
    "a long word.csv": b"name,city\n" + b"x" * 500_000 + b",\xe9\n",
}  # fmt: skip
MORE = {
    "entities.eml": MAIL + b"&" * 300_000 + b"&#x" * 1000 + b"1" * 100_000,
    "quotes.eml": PLAIN + b"> " * 300_000,
    "who wrote.eml": PLAIN + b"a " * 300_000 + b"\n" + b"On " * 100_000 + b"wrote:",
    "encoded words.eml": MAIL.replace(b"Subject: x", b"Subject: " + b"=?utf-8?q?" * 30_000),
    "many senders.eml": b"From: " + b"a," * 100_000 + b"\n" + MAIL,
    "open addresses.eml": b"To: " + b"<" * 100_000 + b"\n" + MAIL,
    "parts in parts.eml": PARTS + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 2000,
    "mails in mails.eml": PARTS + b"--x\nContent-Type: message/rfc822\n\n" * 3000,
    "a year.mbox": b"From x " + b"1" * 300_000 + b"\n" + MAIL,
    "a date.eml": b"Date: " + b"1" * 100_000 + b"\n" + MAIL,
    "a long note.vcf": CARD + b"NOTE:" + b"x" * 5_000_000 + b"\n" + END,
    "never ended.vcf": CARD * 3000 + END,
    "types.vcf": CARD + b"TEL;" + b"TYPE=a;" * 50_000 + b":1\n" + END,
    "folded.vcf": CARD + b" x\n" * 300_000 + END,
    "groups.vcf": CARD + b"item1." * 50_000 + b"TEL:1\n" + END,
    "names.vcf": CARD + b"N:" + b";" * 300_000 + b"\n" + END,
    "a picture.vcf": CARD + b"PHOTO:" + b"A" * 8_000_000 + b"\n" + END,
    "slashes.vcf": CARD + b"X:" + b"\\" * 300_001 + b"\n" + END,
    "breaks.vcf": CARD + b"ORG:" + b" \\n" * 100_000 + b"\n" + END,
    "a birthday.vcf": CARD + b"BDAY:" + b"1" * 100_000 + b"\n" + END,
    "quoted.vcf": CARD + b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"=\n" * 100_000 + END,
    "every second.ics": EVENT + b"RRULE:FREQ=SECONDLY\n" + ENDS,
    "never.ics": EVENT + b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\n" + ENDS,
    "a long text.ics": EVENT + b"DESCRIPTION:" + b"x" * 5_000_000 + b"\n" + ENDS,
    "never ended.ics": EVENT * 3000 + ENDS,
    "many dates.ics": EVENT + b"RDATE:" + b"20260101T100000Z," * 100_000 + b"\n" + ENDS,
    "a long time.ics": EVENT + b"DURATION:P" + b"9" * 100_000 + b"D\n" + ENDS,
    "the end of time.ics": EVENT + b"DTEND:99991231T235959Z\n" + ENDS,
    "seldom.ics": EVENT + b"RRULE:FREQ=DAILY;INTERVAL=" + b"9" * 5000 + b"\n" + ENDS,
    "a zone.ics": b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID" + b"x" * 200_000 + b"\nEND:VTIMEZONE\n" + EVENT[16:] + ENDS,
    "every minute.ics": EVENT + b"RRULE:FREQ=MINUTELY;COUNT=99999999\n" + ENDS,
    "no exceptions.ics": EVENT + b"EXDATE:" + b"\n" * 100_000 + ENDS,
    "daily, daily.ics": EVENT + b"RRULE:" + b"FREQ=DAILY;" * 50_000 + b"\n" + ENDS,
    "a long street.ldif": ENTRY + b"street: " + b" " * 300_000 + b"x\n",
    "again and again.ldif": ENTRY * 3000,
    "base64.ldif": ENTRY + b"description:: " + b"A" * 4_000_000 + b"\n",
    "folded.ldif": ENTRY + b" x\n" * 300_000,
    "signs.ldif": ENTRY + b"cn: " + b"= " * 200_000 + b"\n",
    "another file.ldif": ENTRY + b"jpegPhoto:< file:///etc/passwd\n",
    "deep.json": b"[" * 100_000,
    "deeper.json": b'[{"a":' * 50_000,
    "a long text.json": b'[{"name":"' + b"x" * 5_000_000 + b'"}]',
    "numbers.json": b'[{"name":1e999999,"n":' + b"9" * 100_000 + b"}]",
    "half a character.json": b'[{"name":"\\ud800"}]',
    "many keys.json": b"[{" + b",".join(b'"k%d":1' % i for i in range(100_000)) + b"}]",
    "blanks.json": b"[" + b" " * 5_000_000,
    "twice.json": b'[{"name":"a","name":"b"}]',
    "minus.json": b'[{"name":' + b"-" * 200_000 + b"}]",
    "nul.json": b'[{"name":"a\\u0000b"}]',
    "lines.jsonl": b'{"name":"a"}\n' * 3 + b"{" * 100_000,
    "drawn.txt": b"+---+\n| name |\n+---+\n" + b"| " * 300_000 + b"\n",
    "escaped.md": b"| name | city |\n|---|---|\n| a | " + b"\\|" * 300_000 + b" |\n",
    "aligned.txt": b"name  city\n----  ----\n" + b"a  " * 300_000 + b"\n",
    "dashes.txt": (b"-" * 300_000 + b"\n") * 10,
    "far apart.txt": b"name" + b" " * 3_000_000 + b"city\n" + b"a  b\n" * 100,
    "bars.md": b"|" * 300_000 + b"\n" + b"|-" * 300_000 + b"\n",
    "frames.txt": ("\u2500" * 200_000 + "\n").encode() * 3,
    "sep.csv": b"sep=" + b"\r" * 300_000 + b"name\na\n",
    "totals.csv": b"name,city\n" + b"total " * 100_000 + b",\n",
    "apostrophes.csv": b'name,city\n"' + b"'" * 900_000 + b'",b\n',
    "ats.csv": b"name,email\na," + b"a@" * 400_000 + b"\n",
    "a phone.csv": b"name,phone\na," + b"1 " * 450_000 + b"\n",
    "days.csv": b"name,birthday,since\na," + b"1" * 900_000 + b"," + b"1-" * 400_000 + b"\n",
    "a country.csv": b"name,country\na," + b"P" * 900_000 + b"\n",
    "titles.csv": b"first name,last name\n" + b"Mr " * 200_000 + b"," + b"von " * 200_000 + b"\n",
    "fathers.csv": "name\nИвано".encode() + "вич Ивано".encode() * 80 + b"\n",
    "tags.csv": b"name,tags\na," + b",;|" * 200_000 + b"\n",
    "a web site.csv": b"name,website\na,http://" + b"a." * 400_000 + b"\n",
}  # fmt: skip
ANSWER = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
from kam_cli.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="memory cannot be bounded here")
@pytest.mark.parametrize("name", [*FILES, *MORE] if LONG else FILES)
def test_a_file_made_to_hold_kam_up_is_answered(kam, tmp_path, name):
    path = tmp_path / name
    path.write_bytes((FILES | MORE)[name])
    before = kam.db.read_bytes()
    of = ["--as", "clients"] if path.suffix in (".csv", ".json", ".jsonl", ".md", ".txt") else []
    done = script(ANSWER, "import", str(path), "--create", "--json", *of, timeout=600)
    assert done.returncode in (0, 1, 2, 4), f"{done.returncode}: {done.stderr[:500]}"
    assert "Traceback" not in done.stderr and "a mistake in kam" not in done.stderr, done.stderr[:1000]
    assert not harmful(done.stderr) and len(done.stderr) < 25_000
    assert done.returncode == 0 or kam.db.read_bytes() == before
    assert done.returncode == 2 or json.loads(done.stdout)


def test_the_figure():
    if LONG:
        figure(
            "files made to hold kam up",
            f"{len(FILES | MORE)} files",
            "0 tracebacks, each answered within 20 s of CPU and 1.5 GB",
        )
