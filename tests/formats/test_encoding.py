"""Encodings told from bytes alone: by marks, by NUL bytes, by valid UTF-8, by the letters of a language."""

from __future__ import annotations

import csv

import pytest

from kam_cli.errors import BadValue
from kam_cli.formats.encoding import known_encoding, sniff_encoding

POLISH = "Zakład Usług Ślusarskich Wiśniewski, Łódź; Kraków, ul. Świętego Jana; proszę dzwonić później"
CZECH = "Dvořák a synové, Plzeň; Jiří Novák žádá o nový ceník; příští týden, Třebíč"
HUNGARIAN = "Erdős és Társa, Győr; hívja vissza jövő hétfőn; Székesfehérvár, Petőfi út"
ROMANIAN = "Întreprinderea Braşov, strada Ştefan cel Mare; sună mâine dimineaţă; Târgovişte"
CROATIAN = "Kovačić i sinovi, Šibenik; želi novu ponudu; Đakovo, četvrtak"
RUSSIAN = "ООО «Ромашка», Москва; просил перезвонить в пятницу; Екатеринбург"
UKRAINIAN = "ТОВ «Київський хліб», Київ; Її просили передзвонити; Житомир, Вінниця"
FRENCH = "Société Générale, Besançon; rappeler après le déjeuner; où est la boîte? Hôtel Noël"
GERMAN = "Müller & Söhne GmbH, Köln; Straße 7; möchte Rückruf nächste Woche"
SPANISH = "Muñoz e hijos, Málaga; llamará mañana; reunión el miércoles"
DANISH = "Møller & Sønner, Århus; ønsker nye priser på lørdag; Ærøskøbing"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (POLISH, "cp1250"), (CZECH, "cp1250"), (HUNGARIAN, "cp1250"), (ROMANIAN, "cp1250"),
        (CROATIAN, "cp1250"), (POLISH, "iso8859-2"), (CZECH, "iso8859-2"), (RUSSIAN, "cp1251"),
        (UKRAINIAN, "cp1251"), (FRENCH, "cp1252"), (GERMAN, "cp1252"), (SPANISH, "cp1252"),
        (DANISH, "cp1252"),
        (FRENCH + SPANISH + DANISH + GERMAN, "cp1252"), (POLISH + CZECH + HUNGARIAN, "cp1250"),
        ("25 € – „quoted“ ©", "cp1252"),
    ],
)  # fmt: skip
def test_a_code_page_is_told_by_its_letters(text: str, encoding: str) -> None:
    found, guessed = sniff_encoding(text.encode(encoding), True)
    assert (text.encode(encoding).decode(found), guessed) == (text, True)


def test_names_of_all_western_europe_in_one_file(shared) -> None:  # type: ignore[no-untyped-def]
    text = (shared / "sales/northwind/customers.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    western = "\n".join(",".join(row) for row in rows).encode("cp1252", "ignore")
    assert sniff_encoding(western, True) == ("cp1252", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [POLISH, RUSSIAN, "name,city"])
def test_a_byte_order_mark_decides(text: str, encoding: str) -> None:
    assert sniff_encoding(("\ufeff" + text).encode(encoding), True) == (encoding, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_unicode_without_a_mark(encoding: str) -> None:
    assert sniff_encoding("name,city\nAcme,Łódź\n".encode(encoding), True) == (encoding, False)


def test_a_letter_cut_by_the_sample_is_no_fault_but_one_cut_by_the_end_is() -> None:
    cut = "café, Łódź, Dvořák".encode()[:-2]
    assert sniff_encoding(cut + "ř".encode()[:1], False) == ("utf-8", False)
    assert sniff_encoding("caf\xe9".encode("cp1252"), True) == ("cp1252", True)


def test_a_few_foreign_bytes_in_utf8_are_a_fault_of_theirs_not_another_encoding() -> None:
    assert sniff_encoding((POLISH * 3).encode() + b"caf\xe9 noir", True) == ("utf-8", False)


@pytest.mark.parametrize(
    ("typed", "codec"),
    [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("Windows-1250", "cp1250"), ("latin1", "iso8859-1")],
)
def test_an_encoding_by_any_of_its_names(typed: str, codec: str) -> None:
    assert known_encoding(typed) == codec


@pytest.mark.parametrize("typed", ["klingon", "base64", "rot13", "hex", "undefined", "", "a\0b", "idna"])
def test_what_is_no_text_encoding_is_refused(typed: str) -> None:
    with pytest.raises(BadValue, match="unknown encoding"):
        known_encoding(typed)
