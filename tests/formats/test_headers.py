"""Columns of other people's tables find their fields; what fits none is told, and nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening import open_table

from kam_cli.errors import BadValue
from kam_cli.formats.headers import match_columns, normalise
from kam_cli.imports import noun as imported

# The word of --as → its headers and its fields of many columns.
NOUNS = {one.name: (one.headers, one.many) for one in imported.every()}
FIELDS = {"external_id": ("customer id", "id"), "name": ("company", "name"), "phone": ("phone*",), "note": ()}


def matched(noun: str, header: list[str], **explicit: str) -> dict[str, list[str]]:
    match = match_columns(header, NOUNS[noun][0], explicit, NOUNS[noun][1])
    return {field: [header[index] for index in indexes] for field, indexes in match.columns.items()}


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("\ufeffCompany Name", "companyname"),
        ("  company_name ", "companyname"),
        ("CompanyName", "companyname"),
        ("E-mail 1 - Value", "email1value"),
        ("Person - Name*", "personname"),
        ("Probability (%)", "probabilitypct"),
        ("Invoice #", "invoicenumber"),
        ("Pai\u0301s/Regio\u0301n", "paísregión"),
        ("STRASSE", normalise("Straße")),
        ("цвет", "цвет"),
        (" ?? ", "??"),
        ("", ""),
    ],
)
def test_spellings_of_a_header_are_one(header: str, key: str) -> None:
    assert normalise(header) == key == normalise(key)


def test_an_earlier_synonym_wins_and_the_loser_is_told() -> None:
    match = match_columns(["ID", "Name", "Customer Id", "Company", "", "Sex"], FIELDS)
    assert match.fields == {2: "external_id", 3: "name"}
    assert match.unmatched == ["ID", "Name", "Sex"]


def test_a_field_that_may_have_many_takes_all_the_best_first() -> None:
    fields = {"phone": ("mobile", "phone*")}
    header = ["Phone 1", "Phone 2", "Mobile"]
    assert match_columns(header, fields, {}, ("phone",)).columns == {"phone": [2, 0, 1]}
    assert match_columns(header, fields).fields == {2: "phone"}


def test_of_columns_with_one_header_the_first_is_read() -> None:
    header = ["Name", "Phone", "Name ", "Phone", "Note"]
    match = match_columns(header, FIELDS, {"Note": "external_id"}, ("phone",))
    assert match.fields == {4: "external_id", 0: "name", 1: "phone"}
    assert match.unmatched == []


def test_the_explicit_map_comes_first() -> None:
    header = ["Company", "Firm", "ID", "Region"]
    match = match_columns(header, FIELDS, {"firm": "name", "ID": "", "Region": "note"})
    assert match.fields == {1: "name", 3: "note"}
    assert match.unmatched == ["Company", "ID"]


def test_an_exact_header_comes_before_another_spelling() -> None:
    assert match_columns(["e-mail", "E-Mail", "Email"], FIELDS, {"Email": "note"}).fields == {2: "note"}


@pytest.mark.parametrize(
    ("explicit", "said"),
    [
        ({"Compny": "name"}, "the table has no column 'Compny': did you mean 'Company'?"),
        ({"Zzz": "name"}, "the table has no column 'Zzz'"),
        ({"Company": "nmae"}, "unknown field 'nmae' for the column 'Company': did you mean 'name'?"),
        ({"Company": "name", "ID": "name"}, "'Company' and 'ID' are both mapped to 'name'"),
        ({"Company": "name", "company": "note"}, "the column 'Company' is mapped twice"),
    ],
)
def test_a_map_that_cannot_be_followed_is_refused(explicit: dict[str, str], said: str) -> None:
    with pytest.raises(BadValue) as caught:
        match_columns(["Company", "ID"], FIELDS, explicit)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_columns_may_be_mapped_to_a_field_that_takes_many() -> None:
    match = match_columns(["A", "B", "Phone"], FIELDS, {"B": "phone", "A": "phone"}, ("phone",))
    assert match.columns == {"phone": [1, 0, 2]}


@settings(deadline=None)
@given(st.lists(st.text(max_size=12) | st.sampled_from(["Name", "name", "Phone 1", "ID", "*"]), max_size=9))
def test_every_named_column_is_matched_or_told_once(header: list[str]) -> None:
    match = match_columns(header, FIELDS, None, ("phone",))
    named = {name.strip() for name in header} - {""}
    told = [header[index].strip() for index in match.fields] + [name.strip() for name in match.unmatched]
    assert sorted(told) == sorted(named)


def test_fields_of_the_books_own_exports_are_matched() -> None:
    for noun, (fields, many) in NOUNS.items():
        assert match_columns(list(fields), fields, None, many).unmatched == [], noun
        assert set(many) <= set(fields)


def test_a_noun_names_headers_of_its_own_fields_only() -> None:
    for one in imported.every():
        assert set(one.synonyms) <= set(one.fields), one.name
        assert set(one.many) <= set(one.fields), one.name


def real(shared: Path, name: str, noun: str, **explicit: str) -> dict[str, list[str]]:
    return matched(noun, open_table(str(shared / name)).header, **explicit)


def test_northwind(shared: Path) -> None:
    assert real(shared, "sales/northwind/customers.csv", "clients") == {
        "external_id": ["CustomerID"], "name": ["CompanyName"], "phone": ["Phone"], "fax": ["Fax"],
        "country": ["Country"], "region": ["Region"], "city": ["City"], "postcode": ["PostalCode"],
        "address": ["Address"], "contact": ["ContactName"], "contact_title": ["ContactTitle"],
    }  # fmt: skip
    assert real(shared, "sales/northwind/orders.csv", "orders") == {
        "external_id": ["OrderID"], "client": ["CustomerID"], "ordered_on": ["OrderDate"],
        "due_on": ["RequiredDate"], "shipped_on": ["ShippedDate"],
    }  # fmt: skip
    assert real(shared, "sales/northwind/order_details.csv", "order-lines") == {
        "order": ["OrderID"], "product": ["ProductID"], "quantity": ["Quantity"],
        "unit_price": ["UnitPrice"], "discount": ["Discount"],
    }  # fmt: skip


def test_a_running_number_is_no_identity(shared: Path) -> None:
    for name, noun, identity in (
        ("customers", "clients", "Customer Id"), ("organizations", "clients", "Organization Id"),
        ("people", "contacts", "User Id"),
    ):  # fmt: skip
        found = real(shared, f"crm/datablist/{name}-100.csv", noun)
        assert found["external_id"] == [identity]
    assert "external_id" not in matched("clients", ["Index", "Name"])
    # Of 100 products there only 66 have an Internal ID of their own.
    products = real(shared, "crm/datablist/products-100.csv", "products")
    assert "external_id" not in products and products["sku"] == ["EAN"]
    people = real(shared, "crm/datablist/people-100.csv", "contacts")
    assert (people["first_name"], people["last_name"]) == (["First Name"], ["Last Name"])
    assert "name" not in people


def test_answers_to_a_survey(shared: Path) -> None:
    name = "nps/prepbench_122_airlines_nps/input_01.csv"
    score = "How likely are you to recommend this airline?"
    assert real(shared, name, "nps") == {"score": [score]}
    assert real(shared, name, "nps", Airline="client", CustomerID="contact") == {
        "client": ["Airline"], "contact": ["CustomerID"], "score": [score],
    }  # fmt: skip


def test_a_date_spread_over_three_columns(shared: Path) -> None:
    found = real(shared, "sales/prepbench_195_mixed_dates/input_01.csv", "orders")
    assert found["ordered_on"] == ["Order Date", "Date of Order", "Purchase Date"]


# layout, noun, some of what is matched, some of what must be left
LAYOUTS = [
    ("google_contacts_new", "contacts",
        "client=Organization Name; title=Organization Title; phone=Phone 1 - Value+Phone 2 - Value",
        "E-mail 1 - Label; File As",
    ),
    ("google_contacts_old", "contacts",
        "first_name=Given Name; client=Organization 1 - Name", "E-mail 1 - Type; Yomi Name",
    ),
    ("google_contacts_as_outlook", "contacts", "title=Job Title; honorific=Title", "Home Fax; Account"),
    ("outlook_desktop", "contacts",
        "title=Job Title; honorific=Title; email=E-mail Address+E-mail 2 Address+E-mail 3 Address",
        "E-mail Type; Assistant's Phone; Government ID Number",
    ),
    ("outlook_web_outlook_com", "contacts", "client=Company; honorific=Title", "Company Yomi"),
    ("thunderbird_csv", "contacts",
        "birth_year=Birth Year; birth_month=Birth Month; birthday=Birth Day", "Screen Name",
    ),
    ("linkedin_connections", "contacts", "title=Position; client=Company", "URL; Connected On"),
    ("linkedin_connections", "clients", "name=Company; first_name=First Name", "URL"),
    ("hubspot_contacts", "contacts",
        "external_id=Record ID; client=Company Name", "Lifecycle Stage; Contact owner",
    ),
    ("hubspot_contacts_es", "contacts",
        "first_name=Nombre; last_name=Apellidos; external_id=ID de registro", "Estado del lead",
    ),
    ("hubspot_companies", "clients", "name=Company name; website=Company Domain Name", "Create Date"),
    ("hubspot_companies_es", "clients", "name=Nombre de la empresa; country=País/región", ""),
    ("hubspot_deals", "deals",
        "title=Deal Name; value=Amount; stage=Deal Stage; client=Associated Company",
        "Amount in company currency; Deal owner",
    ),
    ("pipedrive_people", "contacts", "name=Person - Name; client=Person - Organization", "Person - Owner"),
    ("pipedrive_organizations", "clients",
        "name=Organization - Name; external_id=Organization - ID", "Organization - Owner",
    ),
    ("pipedrive_deals", "deals",
        "closed_on=Deal - Won time+Deal - Lost time; currency=Deal - Currency of Value", "Deal - Owner",
    ),
    ("pipedrive_activities", "interactions",
        "kind=Activity - Type; text=Activity - Subject+Activity - Note", "Activity - Done",
    ),
    ("salesforce_api_names_contact", "contacts",
        "external_id=Id; client=AccountId; title=Title", "OwnerId; AssistantPhone",
    ),
    ("salesforce_api_names_account", "clients",
        "name=Name; external_id=Id; address=BillingStreet", "Type; ParentId",
    ),
    ("salesforce_api_names_opportunity", "deals", "title=Name; stage=StageName", "IsWon; Type"),
    ("salesforce_report_labels", "contacts", "client=Account Name; phone=Phone+Mobile", "Fax"),
    ("zoho_export_accounts", "clients", "country=Billing Address - Country / Region", "Account Owner.id"),
    ("zoho_export_deals", "deals", "client=Account Name.id; reason=Reason For Loss", "Deal Owner.id"),
    ("zoho_export_leads", "contacts", "client=Company", "Converted Account.id"),
    ("zoho_export_calls", "interactions", "occurred_at=Call Start Time", "Call Owner.id"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "noun", "taken", "left"), LAYOUTS)
def test_a_known_layout(layout: str, noun: str, taken: str, left: str, shared: Path) -> None:
    known = json.loads((shared.parent / "design/import-headers.json").read_text(encoding="utf-8"))[layout]
    found = matched(noun, known.get("header") or known["columns"])
    expected = {field: names.split("+") for field, names in (part.split("=") for part in taken.split("; "))}
    assert {field: found.get(field) for field in expected} == expected
    assert not {name for names in found.values() for name in names} & set(left.split("; "))
