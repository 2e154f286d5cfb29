"""Address books with bytes changed, lost, doubled and swapped: never a traceback, never half an import."""

from __future__ import annotations

import random
import zlib

import pytest

from dump import dump
from faults.faultkit import times

CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=BBak;=C5=81ukasz;;Mr.;Jr.=\r\n\r\n"
    "TEL;CELL:+48 600 100 200\r\nPHOTO;ENCODING=BASE64;JPEG:\r\n /9j/4AAQSkZJRg\r\n\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6\r\nFN:Jana Nováková\r\n"
    "N:Nováková;Jana;;Dr.;\r\nBDAY:--0512\r\nORG:Acme\\, Inc.;Sales\r\nitem1.TEL;TYPE=\"work,voice\":tel:+420-601-555;ext=1\r\n"
    "item1.X-ABLabel:_$!<Main>!$_\r\nADR;TYPE=home:;;Krátká 2\\nB;Brno;;60200;Czechia\r\nCATEGORIES:a,b\\,c\r\n"
    "NOTE:long \r\n  folded\\nnote\r\nRELATED;TYPE=spouse;VALUE=text:Petr\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nKIND:group\r\nFN:Choir\r\nMEMBER:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6\r\nEND:VCARD\r\n"
).encode()  # fmt: skip
ENTRIES = (
    b"version: 1\n\ndn: cn=Ada,mail=ada@x.example\nobjectclass: mozillaAbPersonAlpha\ncn: Ada Lovelace\nmail: ada@x.example\n"
    b"telephoneNumber: +44 20 7946 0958\nbirthday: 10\nbirthmonth: 12\ndescription: a\n  b\nsn:: xYFhxYI=\n\n"
    b"dn: cn=Choir\nobjectclass: groupOfNames\ncn: Choir\nmember: cn=Ada,mail=ada@x.example\n"
)  # fmt: skip
PIECES = [
    b"\r\n", b"\n", b"\r", b"=", b":", b";", b",", b"\\", b'"', b"\0", b"\xff", b"\xef\xbb\xbf", b" ", b"BEGIN:VCARD\r\n",
    b"END:VCARD\r\n", b"item1.", b"ENCODING=b", b"CHARSET=UTF-16", b"CHARSET=nonsense", b"^n", b"=C3", b"dn: x\n", b"::",
    b"A" * 5000, "\u202e".encode(), b"AGENT:\r\n", b"PREF=9" * 3, b"1604-02-30", b"#12", b"changetype: delete\n",
]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes after one to six changes."""
    for _ in range(chance.randint(1, 6)):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        kind = chance.randrange(6)
        if kind == 0:
            data = data[:at] + chance.choice(PIECES) + data[at:]
        elif kind == 1:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        elif kind == 2:
            data = data[:at] + data[min(to, at + 40) :]
        elif kind == 3:
            data = data[:to] + data[at : min(to, at + 200)] + data[to:]
        elif kind == 4:
            data = data[: max(at, 1)]
        else:
            data = data.replace(chance.choice(PIECES[:10]), chance.choice(PIECES), 3)
    return data


@pytest.mark.parametrize("kind", ["cards", "entries", "real"])
def test_a_mutated_address_book_comes_in_whole_or_not_at_all(kam, tmp_path, kind, request):
    real = []
    if kind == "real":
        folder = request.getfixturevalue("shared") / "contacts/vcf"
        real = [path.read_bytes()[:4000] for path in sorted(folder.rglob("*.vcf"))]
    chance = random.Random(zlib.crc32(kind.encode()))
    book = kam.book()
    before = dump(book)
    book.close()
    done = 0
    for number in range(times(40, 2000)):
        source = {"cards": CARDS, "entries": ENTRIES}.get(kind) or chance.choice(real)
        path = tmp_path / f"x.{'ldif' if kind == 'entries' else 'vcf'}"
        path.write_bytes(mutated(source, chance))
        more = ["--as", "clients"] if number % 3 == 0 else ["--create"]
        result = kam(["import", str(path), *more], exit=None)
        assert result.code in (0, 1, 2) and "mistake in kam" not in result.err, path.read_bytes()
        book = kam.book()
        changed = dump(book) != before
        book.close()
        assert changed <= (result.code == 0), path.read_bytes()
        if changed:
            done += 1
            kam("undo --yes")
    assert done > times(8, 400), "most changes leave something that can be read"
    assert kam("check").out == ""
