"""Text from outside: checking, search keys, handles."""

from __future__ import annotations

import subprocess
import sys
from unicodedata import category, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.text import bare, check_text, document_key, email_key, fold, handle_for, phone_key, site_key

awkward = (
    "aZ1 -'\"\t\r\n\0\x1b\x7f\x9b\u0301\u0345\u200b\u200d\u202e\u2066\u3164\ud800\U000e0041Łıßїиאב״が東🚀"
)
anything = st.text(st.characters(exclude_categories=())) | st.text(awkward)
letters = st.text("aąbcćęłńóśźżäöüßåøéабвгґдеёєжзиійклмнопрстуфхцчшщыэюяאבגדהוזחטיכלמנסעפצקרשת")


# Storing


def test_stored_text_is_composed() -> None:
    assert check_text("Lo\u0301dz\u0301", "--name") == "Lódź"
    assert check_text("plain", "--name") == "plain"
    assert check_text("", "--name") == ""


@pytest.mark.parametrize("bad", ["a\0b", "\0", "Łó\0", "a\ud800", "\udcff é"])
def test_what_the_file_cannot_hold_is_refused_by_field_name(bad: str) -> None:
    with pytest.raises(BadValue, match=r"^--note: character") as refused:
        check_text(bad, "--note")
    str(refused.value).encode()
    assert "\n" not in str(refused.value)


@given(anything)
def test_what_is_accepted_can_be_written_and_is_composed(text: str) -> None:
    try:
        stored = check_text(text, "--note")
    except BadValue:
        return
    assert stored == normalize("NFC", text)
    stored.encode()


# Search keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ŽOFIE", "zofie"),
        ("Łódź", "lodz"),
        ("Århus", "arhus"),
        ("Ærøskøbing", "aeroskobing"),
        ("Straße STRASSE", "strasse strasse"),
        ("İstanbul ısı", "istanbul isi"),
        ("Đorđe Ђорђе", "dorde dorde"),
        ("Þór", "thor"),
        ("Київ", "kyiv"),
        ("Київстар", "kyivstar"),
        ("Харків", "kharkiv"),
        ("Знам’янка Знам'янка", "znamyanka znamyanka"),
        ("Пётр Петр", "petr petr"),
        ("Сергей Щёкин", "sergey shchekin"),
        ("Кузьма", "kuzma"),
        ("O'Brien & Sons, Ltd.", "obrien sons ltd"),
        ("  Jean-Luc\t(Paris)\u00a0 ", "jean luc paris"),
        ("Ｆｕｌｌ ﬁt №5 ½", "full fit no5 1 2"),
        ("co\u00adop \u202eabc\u200f", "coop abc"),
        ("שָׁלוֹם שלום", "shlvm shlvm"),
        ('בע"מ בע״מ בעמ', "bam bam bam"),
        ("Αθήνα", "athina"),
        ("أحمد احمد علي", "ahmd ahmd aly"),
        ("東京", "dongjing"),
        ("C++", "c"),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert fold(text) == key


@pytest.mark.parametrize("text", ["東京ガス", "محمد", "Αθήνα", "한국", "हिन्दी", "ไทย", "თბილისი", "Երևան"])
def test_every_script_has_a_key_in_latin_letters(text: str) -> None:
    key = fold(text)
    assert key.isascii() and any(map(str.isalpha, key))


@pytest.mark.parametrize(
    ("text", "key"), [("+++", "+++"), ("—", "—"), (" ? ! ", "? !"), ("", ""), (" \n", "")]
)
def test_punctuation_is_its_own_key(text: str, key: str) -> None:
    assert fold(text) == key


@given(anything)
@example("\u0345")
@example("ΐ")
def test_any_text_has_one_stable_key(text: str) -> None:
    key = fold(text)
    assert fold(key) == key
    assert key == " ".join(key.split())
    assert bool(key) == bool(text.split())
    if not any(category(char) == "Cs" for char in text):
        assert fold(normalize("NFD", text)) == fold(normalize("NFC", text)) == key


def test_every_single_character_has_a_stable_key() -> None:
    for char in map(chr, range(0x30000)):
        key = fold(char)
        assert fold(key) == key, hex(ord(char))
        assert key or char.isspace(), hex(ord(char))


@given(letters)
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(letters, letters)
def test_the_beginning_of_a_word_gives_the_beginning_of_its_key(start: str, rest: str) -> None:
    assert fold(start + rest).startswith(fold(start))


@pytest.mark.parametrize(
    ("names", "loaded"),
    [("'Acme'", {"unicodedata", "anyascii"}), ("'Łódź', 'Київ', 'שלום'", {"anyascii"})],
)
def test_common_names_load_no_romaniser(names: str, loaded: set[str]) -> None:
    code = (
        "import sys; from kam_cli.text import fold, check_text\n"
        f"for name in ({names},): fold(check_text(name, '--name'))\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not loaded & set(run.stdout.split())


# Telephones and mail


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+48 601 234 567", "0048601234567"),
        ("+48 601 234 567", "601-234-567"),
        ("+49 (0)171 1234567", "0171/1234567"),
        ("397.884.0519x718", "+1 (397) 884-0519 ext. 2"),
        ("tel: 22 123 45 67;ext=3", "22 1234567#9"),
        ("٠٦٠١٢٣٤٥٦٧", "0601234567"),
        ("0044 1234", "441234"),
    ],
)
def test_spellings_of_one_number(one: str, other: str) -> None:
    assert phone_key(one) == phone_key(other) != ""


def test_different_numbers_differ() -> None:
    assert phone_key("+48 601 234 567") != phone_key("+48 601 234 568")
    assert phone_key("112") == "112"
    assert phone_key("ask Ann") == phone_key("") == ""


@given(st.integers(100_000_000, 999_999_999), st.integers(1, 999))
def test_the_country_code_does_not_matter(number: int, country: int) -> None:
    assert phone_key(f"+{country} {number}") == phone_key(f"00{country}{number}") == phone_key(str(number))


@given(anything)
def test_a_phone_key_is_at_most_nine_digits(text: str) -> None:
    key = phone_key(text)
    assert len(key) <= 9 and all("0" <= char <= "9" for char in key)


def test_email_key() -> None:
    assert email_key(" Anna.Nowak@ACME.pl\n") == "anna.nowak@acme.pl"
    assert email_key("ZOE\u0308@x.de") == email_key("zoë@X.de")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("https://www.Acme.de/shop?x=1#top", "acme.de"),
        ("acme.de", "acme.de"),
        ("http://user@acme.de:8080/", "acme.de"),
        ("www.facebook.com/Acme/", "facebook.com/acme"),
        ("https://pl.linkedin.com/company/acme", "pl.linkedin.com/company/acme"),
        ("none", ""),
        ("", ""),
    ],
)
def test_site_key(typed: str, key: str) -> None:
    assert site_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("PL 526-025-02-74", "5260250274"),
        ("526 025 02 74", "5260250274"),
        ("AB-123 456", "ab123456"),
        ("HRB 12345 B", "hrb12345b"),
        ("123", ""),
        ("", ""),
    ],
)
def test_document_key(typed: str, key: str) -> None:
    assert document_key(typed) == key


# Handles


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Acme GmbH & Co", "acme"),
        ("Acme, Inc.", "acme"),
        ("Firma sp. z o.o. sp. k.", "firma"),
        ("Cementos S.A. de C.V.", "cementos"),
        ("Nordic Wind Energy AS", "nordic-wind-energy"),
        ("Acme Trading International Ltd", "acme-trading"),
        ("ТОВ «Ромашка»", "romashka"),
        ("Ромашка ООО", "romashka"),
        ('אבג בע"מ', "abg"),
        ("Jan Kowalski", "jan-kowalski"),
        ("Baker and Mccann", "baker-mccann"),
        ("Zoo Wrocław", "zoo-wroclaw"),
        ("GmbH", "gmbh"),
        ("3M", "3m"),
        ("360", "client-360"),
        ("1234567890123456789012345 Abc", "client-12345678901234567"),
        ("2024 Abcdefghijklmnopqrstuvwxyz", "client-2024"),
        ("!!!", "client"),
        ("", "client"),
    ],
)
def test_handles(name: str, handle: str) -> None:
    assert handle_for(name, ()) == handle


def test_a_taken_handle_gets_a_number() -> None:
    assert handle_for("Acme", {"acme"}) == "acme-2"
    assert handle_for("Acme", {"acme", "acme-2"}) == "acme-3"
    assert handle_for("a" * 30, {"a" * 24}) == "a" * 22 + "-2"


@given(anything, st.integers(0, 12))
def test_any_name_has_a_free_handle(name: str, clashes: int) -> None:
    taken: set[str] = set()
    for _ in range(clashes + 1):
        handle = handle_for(name, taken)
        assert handle not in taken
        assert 0 < len(handle) <= 24
        assert set(handle) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert any(map(str.isalpha, handle)) and handle.strip("-") == handle
        taken.add(handle)


@given(anything)
def test_a_bare_key_keeps_a_word(text: str) -> None:
    key = fold(text)
    assert bool(bare(key)) == bool(key)
    assert bare(key) in key
