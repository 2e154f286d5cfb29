"""Names in Cyrillic and Latin letters, by ICAO Doc 9303 and ISO 9."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.text import fold
from kam_cli.values.cyrillic import other_script, romanised, turned_back


@pytest.mark.parametrize(
    ("name", "country", "passport", "iso9"),
    [
        ("Юлия Щеглова", None, "Iuliia Shcheglova", "Ûliâ Ŝeglova"),
        ("Пётр Подъячев", "RU", "Petr Podieiachev", "Pëtr Podʺâčev"),
        ("Ірина Запотічна", None, "Iryna Zapotichna", "Ìrina Zapotìčna"),
        ("Володимир Зеленський", None, "Volodymyr Zelenskyi", "Volodimir Zelensʹkij"),
        ("Оксана Вербовець", "UA", "Oksana Verbovets", "Oksana Verbovecʹ"),
        ("Сергій Їжакевич", None, "Serhii Yizhakevych", "Sergìj Ïžakevič"),
        ("Юлія Ганна", None, "Yuliia Hanna", "Ûlìâ Ganna"),
        ("Мар'яна", "UA", "Mariana", "Mar'âna"),
        ("Ўладзімір", None, "Uladzimir", "Ŭladzìmìr"),
        ("Христо Щерев", "BG", "Khristo Shterev", "Hristo Ŝerev"),
        ("Јован Ђорђевић", None, "Jovan Dordevic", "J̌ovan Đorđević"),
        ("ИВАН ЩУКИН", None, "IVAN SHCHUKIN", "IVAN ŜUKIN"),
        ("Завод «Щит» № 5", None, "Zavod «Shchit» № 5", "Zavod «Ŝit» № 5"),
    ],
)
def test_romanised(name, country, passport, iso9):
    assert romanised(name, "icao", country) == passport
    assert romanised(name, "iso9", country) == iso9
    assert turned_back(iso9) == name


@given(st.text("абвгґдђѓеёєжзѕиіїйјкќлљмнњопрстћуўфхцчџшщъыьэюяѣ АБВЩЮЯ'-", max_size=40))
def test_iso_9_can_be_turned_back(name):
    back = turned_back(romanised(name, "iso9"))
    assert back in (name, None)


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40), st.sampled_from([None, "UA", "RU", "DE"])
)
def test_any_text_is_turned_or_left(text, country):
    for style in ("icao", "iso9"):
        romanised(text, style, country)
        found = other_script(text, style, country)
        assert found is None or found != text


@pytest.mark.parametrize("name", ["Shevchenko", "Yuliya", "Xerxes", "Wanda", "Kowalski z Łodzi", "Müller"])
def test_what_is_no_iso_9_is_not_turned_back(name):
    assert turned_back(name) is None


def test_a_name_is_turned_only_where_one_script_is_missing():
    assert other_script("Юлія", "icao", "UA") == "Yuliia"
    assert other_script("Юлія Smith", "icao", "UA") is None
    assert other_script("John Smith", "iso9", "UA") is None, "no letter tells that it is ISO 9"
    assert other_script("Ivan Petrenko", "iso9", "UA") is None and fold("Іван Петренко") == fold(
        "Ivan Petrenko"
    )
    assert other_script("Ivan Petrenko", "iso9", always=True) == "Иван Петренко"
    assert other_script("Ûliâ Ŝeglova", "iso9") == "Юлия Щеглова"
    assert other_script("Ivan", "icao", "UA", always=True) is None
    assert other_script("123", "icao") is None
