"""Names of persons: what is taken off, what is first and last, and that nothing gets lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.values.forms_of_address import parse_forms, said_by
from kam_cli.values.names import parse_name, split_name, tidy


@pytest.mark.parametrize(
    ("typed", "country", "whole", "first", "last", "suffix", "honorific", "sex"),
    [
        ("Jana Nováková", None, "Jana Nováková", "Jana", "Nováková", "", "", ""),
        ("Jan Maria Rokita", None, "Jan Maria Rokita", "Jan Maria", "Rokita", "", "", ""),
        ("Kowalski", None, "Kowalski", None, "Kowalski", "", "", ""),
        ("נועה לוי", None, "נועה לוי", "נועה", "לוי", "", "", ""),
        # forms of address
        ("Mr. John Smith", None, "John Smith", "John", "Smith", "", "", "m"),
        ("Mrs Smith", None, "Smith", None, "Smith", "", "", "f"),
        ("Frau Dr. Anna von Berg", None, "Anna von Berg", "Anna", "von Berg", "", "Dr.", "f"),
        ("pan mgr inż. Jan Kowalski", None, "Jan Kowalski", "Jan", "Kowalski", "", "mgr inż.", "m"),
        ("Pani Anna Zielińska-Nowak", None, "Anna Zielińska-Nowak", "Anna", "Zielińska-Nowak", "", "", "f"),
        ("prof. dr hab. inż. Anna Nowak", "PL", "Anna Nowak", "Anna", "Nowak", "", "prof. dr hab. inż.", ""),
        ("г-жа Иванова", None, "Иванова", None, "Иванова", "", "", "f"),
        ("Г-н Петров Сергей Ильич", None, "Петров Сергей Ильич", "Сергей Ильич", "Петров", "", "", "m"),
        ("Ing. Jan Novák, CSc.", "CZ", "Jan Novák, CSc.", "Jan", "Novák", "CSc.", "Ing.", ""),
        ("Dott.ssa Maria Rossi", "IT", "Maria Rossi", "Maria", "Rossi", "", "Dott.ssa", "f"),
        ("Señora María García López", "ES", "María García López", "María", "García López", "", "", "f"),
        ("Dr Mr John Smith", None, "John Smith", "John", "Smith", "", "Dr", "m"),
        # what looks like one and is a name
        ("Pan Wei", None, "Pan Wei", "Pan", "Wei", "", "", ""),
        ("Pan Tadeusz", "PL", "Tadeusz", None, "Tadeusz", "", "", "m"),
        ("Maj Sjöwall", "SE", "Maj Sjöwall", "Maj", "Sjöwall", "", "", ""),
        ("Maj. Tom Jones", None, "Tom Jones", "Tom", "Jones", "", "Maj.", ""),
        ("Dr", None, "Dr", None, "Dr", "", "", ""),
        ("Mr & Mrs Smith", None, "Mr & Mrs Smith", "Mr & Mrs", "Smith", "", "", ""),
        ("Herr und Frau Müller", None, "Herr und Frau Müller", "Herr und Frau", "Müller", "", "", ""),
        # what follows a name
        ("John Doe Jr.", None, "John Doe Jr.", "John", "Doe", "Jr.", "", ""),
        ("John Doe, III", None, "John Doe, III", "John", "Doe", "III", "", ""),
        ("Mary Ann Jones, PhD, MBA", None, "Mary Ann Jones, PhD, MBA", "Mary Ann", "Jones", "PhD, MBA", "", ""),
        ("Amartya Sen", None, "Amartya Sen", "Amartya", "Sen", "", "", ""),
        ("Jack Ma", None, "Jack Ma", "Jack", "Ma", "", "", ""),
        # last name first
        ("Doe, John", None, "John Doe", "John", "Doe", "", "", ""),
        ("van der Harten, Rene", None, "Rene van der Harten", "Rene", "van der Harten", "", "", ""),
        ("Doe, John Jr.", None, "John Doe Jr.", "John", "Doe", "Jr.", "", ""),
        ("García López, María", "ES", "María García López", "María", "García López", "", "", ""),
        ("Jan Kowalski, Prezes", None, "Jan Kowalski, Prezes", "Jan", "Kowalski", "", "", ""),
        ("Nagy János", "HU", "Nagy János", "János", "Nagy", "", "", ""),
        ("田中 太郎", None, "田中 太郎", "太郎", "田中", "", "", ""),
        ("Jean DUPONT", None, "Jean DUPONT", "Jean", "DUPONT", "", "", ""),
        ("DUPONT Jean Luc", None, "DUPONT Jean Luc", "Jean Luc", "DUPONT", "", "", ""),
        ("JEAN DUPONT", None, "JEAN DUPONT", "JEAN", "DUPONT", "", "", ""),
        # particles, two names, the father's
        ("Ludwig van Beethoven", None, "Ludwig van Beethoven", "Ludwig", "van Beethoven", "", "", ""),
        ("María de la Cruz", None, "María de la Cruz", "María", "de la Cruz", "", "", ""),
        ("Jean-Claude Van Damme", None, "Jean-Claude Van Damme", "Jean-Claude", "Van Damme", "", "", ""),
        ("Ahmed ben Salah", None, "Ahmed ben Salah", "Ahmed", "ben Salah", "", "", ""),
        ("Ben Stiller", None, "Ben Stiller", "Ben", "Stiller", "", "", ""),
        ("Al Gore", None, "Al Gore", "Al", "Gore", "", "", ""),
        ("Bashar al-Assad", None, "Bashar al-Assad", "Bashar", "al-Assad", "", "", ""),
        ("José Ortega y Gasset", None, "José Ortega y Gasset", "José", "Ortega y Gasset", "", "", ""),
        ("Anna Nowak - Kowalska", "PL", "Anna Nowak - Kowalska", "Anna", "Nowak - Kowalska", "", "", ""),
        ("Иванова Анна Петровна", None, "Иванова Анна Петровна", "Анна Петровна", "Иванова", "", "", "f"),
        ("Анна Петровна Иванова", None, "Анна Петровна Иванова", "Анна Петровна", "Иванова", "", "", "f"),
        ("Oksana Petrivna Kovalchuk", "UA", "Oksana Petrivna Kovalchuk", "Oksana Petrivna", "Kovalchuk", "", "", "f"),
        ("Zlatan Ibrahimović", None, "Zlatan Ibrahimović", "Zlatan", "Ibrahimović", "", "", ""),
    ],
)  # fmt: skip
def test_parse_name(typed, country, whole, first, last, suffix, honorific, sex):
    found = parse_name(typed, country)
    assert (found.whole, found.first, found.last) == (whole, first, last)
    assert (found.suffix, found.honorific, found.sex) == (suffix, honorific, sex)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("\ufeffJana\u200b", "Jana"),
        ("Jana\u00a0\u00a0Nová", "Jana Nová"),
        (" Jana \t\n Nová , ", "Jana Nová"),
        ('"Jana Nová"', "Jana Nová"),
        ("„Jana“", "Jana"),
        ("«Jana»,", "Jana"),
        ('Jana "Jana" Nová', 'Jana "Jana" Nová'),
        ("O'Brien", "O'Brien"),
        ("\x1b[31mJana\x07", "[31mJana"),
        ("Ja\u00adna\u202e", "Jana"),
        ("علی\u200cرضا", "علی\u200cرضا"),  # written with a joiner
        ("JAN KOWALSKI", "JAN KOWALSKI"),
        ("", ""),
    ],
)
def test_tidy(typed, clean):
    assert tidy(typed) == clean


anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
words = st.lists(
    st.sampled_from(
        ["Mr", "Dr.", "von", "de", "la", "Jan", "DUPONT", "Jr.", "III", "Doe,", "y", "-", "Петровна", "Frau", "pan", "Ma", "&", "田中", ",", '"x"']
    ),
    max_size=7,
).map(" ".join)  # fmt: skip
countries = st.sampled_from([None, "PL", "ES", "HU", "UA", "JP", "GB"])


@given(anything | words, countries)
def test_no_word_of_a_name_gets_lost(text, country):
    found = parse_name(text, country)
    bare = sorted(tidy(text).replace(",", " ").split())
    kept = sorted(f"{found.forms} {found.whole}".replace(",", " ").split())
    assert kept == bare or not bare
    parts = f"{found.first or ''} {found.last} {found.suffix}".replace(",", " ").split()
    assert sorted(parts) == sorted(found.whole.replace(",", " ").split()) or "," in found.whole
    assert found.sex in ("", "f", "m")
    assert found.last or not tidy(text)


@given(anything | words, countries)
def test_a_tidy_name_is_tidy_and_a_bare_one_stays(text, country):
    assert tidy(tidy(text)) == tidy(text)
    found = parse_name(text, country)
    assert split_name(found.whole, country) == (found.first, found.last)


def test_further_forms_are_read_from_the_settings():
    more = parse_forms("ppłk dypl., Frau Direktor=f, guv = m")
    assert parse_name("Frau Direktor Anna Berg", None, more)[:3] == ("Anna Berg", "Anna", "Berg")
    found = parse_name("ppłk dypl. Jan Kowal", None, more)
    assert (found.honorific, found.whole) == ("ppłk dypl.", "Jan Kowal")
    assert parse_name("Guv Tom", None, more).sex == "m"
    assert parse_forms("") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mr.", ("", "m")), ("Frau Dr.", ("Dr.", "f")), ("mgr inż.", ("mgr inż.", "")), ("Head of sales", None),
        ("Dr. Smith", None), ("", None), ("Buyer", None), ("Ing.", ("Ing.", "")),
    ],
)  # fmt: skip
def test_said_by(text, said):
    assert said_by(text) == said
