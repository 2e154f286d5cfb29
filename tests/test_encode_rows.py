"""Long lists are written as JSON a column at a time: exactly as row by row."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kam_cli import encode, encode_rows

texts = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(('a"b', "c\\d", "\u202e", "שלום", "100 %", "\x1b[0m"))
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(), "name": texts, "total_minor": st.one_of(st.none(), st.integers(-(10**15), 10**15)), "currency": st.sampled_from(("EUR", "JPY", "KWD")),
            "left_minor": st.integers(-300, 300), "quantity_milli": st.integers(0, 5000), "is_done": st.sampled_from((0, 1, None)), "rate": st.floats(),
            "100%": texts,
        }
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@given(rows, st.booleans())
def test_as_row_by_row(given_rows, same):
    given_rows = [dict(sorted(row.items())) for row in given_rows]
    if same:
        given_rows = [row | {"currency": "EUR"} for row in given_rows]
    assert encode_rows.json_rows(given_rows) == encode.json_text([encode.public(row) for row in given_rows])


def test_what_is_not_plain_goes_the_other_way():
    assert encode_rows.json_rows([{"a": 1}, {"b": 1}]) is None
    assert encode_rows.json_rows([{"a": [1]}]) is None
    assert encode_rows.json_rows([{"a_minor": [1], "currency": "EUR"}]) is None
    half = [{"a_minor": Decimal("1.5"), "b": Decimal("0.25"), "currency": "EUR"}]
    assert encode_rows.json_rows(half) == '[{"a": 0.015, "b": 0.25, "currency": "EUR"}]'
    assert encode_rows.json_rows([{"a_minor": 150}]) == '[{"a": 1.5}]'


def test_a_long_list_is_what_a_short_one_is(kam):
    kam("client add Acme")
    for number in range(3):
        kam(f"log call acme number {number}")
    rows = kam.json("log list")
    book = kam.book()
    with book.write([]):
        for _ in range(300):
            book.insert("tasks", {"title": "x", "title_key": "x"})
    book.close()
    assert len(kam.json("task list")) == 300 and kam.json("log list") == rows
