"""JSON comes in as rows with all its digits, whatever its shape; what is broken is told with its line."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.readers import Ask, open_any


def opened(text: str | bytes, **ask: str):
    table = open_any(io.BytesIO(text if isinstance(text, bytes) else text.encode()), Ask(**ask))
    return table, list(table.rows())


def cells(text: str | bytes, **ask: str) -> list[list[str]]:
    table, rows = opened(text, **ask)
    return [table.header, *(row for _, row, _ in rows)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"a":1,"b":"x"},{"b":null,"c":true}]', [["a", "b", "c"], ["1", "x", ""], ["", "", "TRUE"]]),
        ('{"a":1}\n{"a":2}\n\n{"a":3}', [["a"], ["1"], ["2"], ["3"]]),
        ('{"a":1} {"a":\n2}', [["a"], ["1"], ["2"]]),
        ('{"count":2,"next":null,"results":[{"a":1},{"a":2}],"ids":[1,2]}', [["a"], ["1"], ["2"]]),
        ('{"a":1,"tags":["x","y"]}', [["a", "tags"], ["1", "x\ny"]]),
        ('[["id","name"],[1,"A"],[2]]', [["id", "name"], ["1", "A"], ["2", ""]]),
        ('[{"at":{"city":"Kiel","geo":{"lat":54.30}}}]', [["at.city", "at.geo.lat"], ["Kiel", "54.30"]]),
        ('[{"mails":[{"value":"a@b.example","type":"work"},{"value":"c@d.example"}]}]', [["mails"], ["a@b.example\nc@d.example"]]),
        ('[{"v":1.10,"w":123456789012345678901234567890.5,"x":1e3,"y":-2.5E-3,"z":1e999}]',
         [["v", "w", "x", "y", "z"], ["1.10", "123456789012345678901234567890.5", "1000", "-0.0025", "1e999"]]),
        ("\ufeff[{\"a\":\"ż\"}]", [["a"], ["ż"]]),
        ('[{"a":"ż"}]'.encode("utf-16"), [["a"], ["ż"]]),
        ('[{"a":"ż"}]'.encode("utf-16-le"), [["a"], ["ż"]]),
    ],
)  # fmt: skip
def test_shapes_of_json(text: str | bytes, found: list[list[str]]) -> None:
    assert cells(text) == found


def test_lists_that_could_be_meant_are_named() -> None:
    text = '{"people":[{"a":1}],"firms":[{"b":2}],"n":[]}'
    with pytest.raises(BadValue, match="holds several lists; say which: --sheet NAME") as caught:
        opened(text)
    assert caught.value.details == ["lists: people, firms"]
    assert cells(text, sheet="firms") == [["b"], ["2"]]
    for wrong in ('{"a":[{"b":1}]}', '[{"b":1}]'):
        with pytest.raises(BadValue, match="--sheet"):
            opened(wrong, sheet="x")


def test_what_is_nested_too_deep_is_told() -> None:
    table, rows = opened('[{"a":1,"lines":[{"x":1},{"x":2}]}]')
    assert (table.header, rows) == (["a"], [(1, ["1"], None)])
    assert table.notes == ["utf-8, JSON", "lists of objects are left out: lines"]


def test_rows_stand_on_their_lines() -> None:
    rows = [{"a": number, "b": "x" * (number % 90)} for number in range(20_000)]
    text = "[\n" + ",\n".join(json.dumps(row, indent=1) for row in rows) + "\n]"
    table, found = opened(text)
    assert [line for line, _, _ in found] == [2 + 4 * number for number in range(20_000)]
    assert [row[0] for _, row, _ in found] == [str(number) for number in range(20_000)]
    assert table.bytes_read == len(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a":1},\n{"a":2}', "line 2: it ends before its end: , or ] is missing"),
        ('[{"a":1},\n{"a":2]', "line 2: not JSON: expecting ',' delimiter"),
        ('[{"a":1},\n\n{"a":"x', "line 3: not JSON: unterminated string"),
        ('[{"a":1}]\n[]', "line 2: something stands behind the list"),
        ('{"a":1}\nx', "line 2: not JSON: expecting value"),
        ("[]", "is empty"), ("[[]]", "is empty"), ("{}", "is empty"), ("[{}]", "is empty"),
        ("[" * 100_000, "objects in objects without end"), ('{"a":' * 100_000, "objects in objects without end"),
        ('[{"a":"' + "x" * 9_000_000, "a value of more than 8,000,000 characters"),
        ("[" + ",".join(f'{{"k{n}":1}}' for n in range(6000)) + "]", "more than 5,000 different keys"),
        ('[{"a":"żółć"},\n{"a":"'.encode() + b'\xff"}]', "line 2: the byte 0xFF is not utf-8"),
    ],
)  # fmt: skip
def test_what_is_broken_is_one_line_that_names_the_line(text: str | bytes, said: str) -> None:
    with pytest.raises(KamError) as caught:
        opened(text)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_text_that_no_file_can_hold_makes_its_row_bad() -> None:
    assert opened('[{"a":"\\ud800"},{"a":"b"}]')[1] == [
        (1, ["?"], "there is a text that is not UTF-8"), (1, ["b"], None),
    ]  # fmt: skip


def test_what_only_looks_like_json_is_text() -> None:
    assert cells("[x],y\n1,2\n") == [["[x]", "y"], ["1", "2"]]
    assert cells("{a},b\n1,2\n") == [["{a}", "b"], ["1", "2"]]


keys = st.text(st.characters(codec="utf-8", exclude_characters="."), min_size=1, max_size=5)
scalars = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=9)


@given(
    st.lists(st.dictionaries(keys, scalars, min_size=1, max_size=4), min_size=1, max_size=9),
    st.sampled_from([None, 2]),
)
def test_what_is_dumped_is_read(rows: list[dict[str, object]], indent: int | None) -> None:
    def text(value: object) -> str:
        return (
            {None: "", True: "TRUE", False: "FALSE"}.get(value, str(value))
            if not isinstance(value, int) or isinstance(value, bool)
            else str(value)
        )  # type: ignore[call-overload]

    table, found = opened(json.dumps(rows, indent=indent))
    named = [{key: text(value) for key, value in row.items()} for row in rows]
    expected = [[row.get(key, "") for key in table.header] for row in named]
    assert [row for _, row, _ in found] == [row for row in expected if any(row)]
    lines = "\n".join(json.dumps(row) for row in rows)
    assert cells(lines)[1:] == [row for row in expected if any(row)]


@given(st.binary(max_size=60), st.integers(0, 90), st.integers(0, 20))
def test_a_mutated_file_is_read_or_refused(put: bytes, at: int, cut: int) -> None:
    base = '{"n":1,"rows":[{"a":1.5,"b":"żółć"},{"a":[1,2],"c":{"d":null}}],"more":[[1],[2]]}'.encode()
    try:
        opened(base[:at] + put + base[at + cut :])
    except KamError as error:
        assert "\n" not in str(error)


def test_memory_does_not_grow_with_the_file(tmp_path) -> None:
    path = tmp_path / "big.json"
    with path.open("w") as file:
        file.write('{"meta":1,"rows":[')
        file.write(",".join('{"name":"Acme","city":"Kiel"}' for _ in range(12_000)))
        file.write("]}")
    tracemalloc.start()
    assert sum(1 for _ in open_any(str(path)).rows()) == 12_000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
