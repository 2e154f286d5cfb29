"""What a terminal may get of a text from outside."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.text import is_rtl, safe

awkward = (
    "aZ1 -'\"\t\r\n\0\x1b\x7f\x9b\u0301\u0345\u200b\u200d\u202e\u2066\u3164\ud800\U000e0041Łıßїиאב״が東🚀"
)
anything = st.text(st.characters(exclude_categories=())) | st.text(awkward)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Łódź שלום 🚀", "plain Łódź שלום 🚀"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b2J \x7f \x00", "\\x9b2J \\x7f \\x00"),
        ("a\tb\nc\r\nd\re", "a b c d\\x0de"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d"),
        ("ac\u200bme \ufeff \u3164", "ac\\u200bme \\ufeff \\u3164"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\udcff"),
        ("[bold]markup[/] is not our business", "[bold]markup[/] is not our business"),
    ],
)
def test_what_a_terminal_gets(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_marks_that_scripts_are_written_with_stay() -> None:
    for text in ("می\u200cخواهم", "👩\u200d💻", "שלום\u200f!", "abc\u200e", "❤\ufe0f"):
        assert safe(text) == text


def test_line_breaks_stay_where_they_are_wanted() -> None:
    assert safe("a\r\nb\nc\td\x1b", newlines=True) == "a\nb\nc d\\x1b"


@given(anything, st.booleans())
def test_no_control_survives(text: str, newlines: bool) -> None:
    shown = safe(text, newlines)
    assert safe(shown, newlines) == shown
    shown.encode()
    left = shown.replace("\n", "") if newlines else shown
    assert not any(category(char) in ("Cc", "Cs", "Zl", "Zp") for char in left)
    assert not set(left) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"))))
def test_visible_text_is_left_alone(text: str) -> None:
    hidden = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
    assert safe(text) == text or hidden & set(text)


def test_right_to_left() -> None:
    assert is_rtl("Acme שלום")
    assert is_rtl("محمد")
    assert not is_rtl("")
    assert not is_rtl("Acme Łódź Київ 東京 ١٢")
