"""Tasks of another program come in with their day, time, client and what is done already."""

from __future__ import annotations

import pytest


@pytest.fixture
def load(kam, tmp_path):
    def run(text: str, *more: str, exit: int = 0):
        (tmp_path / "t.csv").write_text(text)
        return kam(["import", str(tmp_path / "t.csv"), "--json", *more], exit=exit).json

    return run


def test_tasks_come_in(kam, load) -> None:
    kam("client add 'Łódź Bakery'")
    kam("contact add lodz Jana Nováková")
    text = (
        "ID;Task;Due;Company;Contact;Every;Done;Comment\n1;send the list;2026-03-20 15:00;Łódź Bakery;Jana Nováková;;;soon\n"
        "2;water the plants;20.03.2026;;;1w;no;\n3;pay the rent;;;;;yes;\n"
    )
    assert load(text)["noun"] == "tasks"
    first, second, third = kam.json("task list --all --sort id")
    assert (first["title"], first["due_on"], first["due_time"], first["client"], first["contact"], first["note"]) == (
        "send the list", "2026-03-20", "15:00", "Łódź Bakery", "Jana Nováková", "soon",
    )  # fmt: skip
    assert (second["due_on"], second["due_time"], second["repeat_rule"], second["done_at"]) == (
        "2026-03-20",
        None,
        "1w",
        None,
    )
    assert third["done_at"] and third["due_on"] is None
    kam("task done 2")
    assert [row["due_on"] for row in kam.json("task list --sort id")] == ["2026-03-20", "2026-03-27"]
    assert kam("check").out == ""


def test_an_update_closes_and_opens(kam, load) -> None:
    line = ("--as", "tasks", "--source", "todo", "--update")
    load("id,task,status\n1,call,open\n", *line)
    assert load("id,task,status\n1,call,Completed\n", *line)["updated"] == 1
    done = kam.json("task list --all")[0]["done_at"]
    assert load("id,task,status\n1,call,done\n", *line)["updated"] == 0
    assert kam.json("task list --all")[0]["done_at"] == done
    assert load("id,task,status\n1,call,not started\n", *line)["changes"][0]["new"] is None
    assert kam.json("task list")[0]["done_at"] is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",2026-03-20,,", "title is missing"), ("x,nonsense,,", "nonsense"), ("x,,2w,", "needs the day it is due on"),
        ("x,2026-03-20,,2027-01-01", "is in the future"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told(kam, load, row: str, said: str) -> None:
    told = load(f"task,due,every,completed on\n{row}\n", "--as", "tasks", exit=1)
    assert said in told["errors"][0]["message"]
    assert kam.json("task list --all") == []


def test_tasks_of_zoho(kam, load) -> None:
    text = (
        "Record Id,Subject,Due Date,Status,Closed Time,Description,Related To.id,Contact Name.id,Task Owner.id,Created Time\n"
        "z1,Call about linen,2026-03-20,In Progress,,price,,,,2026-03-01 10:00:00\n"
        "z2,Send offer,2026-03-02,Completed,2026-03-03 09:00:00,,,,,2026-03-01 10:00:00\n"
    )
    told = load(text)
    assert (told["noun"], told["source"], told["created"]) == ("tasks", "zoho", 2)
    assert [row["done_at"] for row in kam.json("task list --all --sort id")] == [None, "2026-03-03T08:00:00Z"]


def test_a_table_without_a_due_day_is_not_taken_for_tasks(kam, load) -> None:
    kam("client add Acme")
    assert load("client,deal name,value,deal stage\nAcme,Roof,100,needs\n")["noun"] == "deals"


def test_an_export_of_tasks_comes_in_again(kam, load, tmp_path) -> None:
    kam("client add 'Łódź Bakery'")
    kam("task add send the list --client lodz --due '2026-03-20 15:00' --note soon")
    kam("task add water the plants --due 2026-03-21 --every 1w --from done")
    kam("task add pay the rent")
    kam("task done 3")
    kam(["export", "tasks", "--to", str(tmp_path / "tasks.csv")])
    names = ("title", "client", "due_on", "due_time", "repeat_rule", "repeat_from", "done_at", "note")
    before = [[row[name] for name in names] for row in kam.json("task list --all --sort id")]
    assert kam.json(["import", str(tmp_path / "tasks.csv"), "--as", "tasks"])["skipped"] == 3, (
        "they are known by their uid"
    )
    kam("undo 4 --yes")
    assert kam.json(["import", str(tmp_path / "tasks.csv"), "--as", "tasks"])["created"] == 3
    assert [[row[name] for name in names] for row in kam.json("task list --all --sort id")] == before
