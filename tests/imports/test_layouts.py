"""Exports of well-known programs, with invented rows: each is told by its columns, and nothing in it misleads."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from kam_cli.imports.layouts import LAYOUTS, recognised

DESIGN = "design/import-headers.json"


@pytest.fixture
def headers(shared: Path):
    """A known layout's header by its key."""
    known = json.loads((shared.parent / DESIGN).read_text(encoding="utf-8"))
    return lambda key: known[key].get("header") or known[key]["columns"]


@pytest.fixture
def export(headers, tmp_path: Path):
    """Write a table under a known header: rows name only the columns they fill."""

    def write(
        key: str,
        *rows: dict[str, str],
        encoding: str = "utf-8",
        before: str = "",
        after: str = "",
        name: str = "export.csv",
    ) -> str:
        text = io.StringIO(newline="")
        table = csv.DictWriter(text, headers(key))
        table.writeheader()
        table.writerows(rows)
        path = tmp_path / name
        path.write_bytes((before + text.getvalue() + after).encode(encoding))
        return str(path)

    return write


def told(kam, path: str, *more: str, exit: int = 0) -> dict:
    return kam(["import", path, "--create", "--json", *more], exit=exit).json


def contact(kam, name: str) -> dict:
    return kam.json(["contact", "show", name])


EXPECTED = {
    "google_contacts_new": ("Google Contacts", "contacts"), "google_contacts_old": ("Google Contacts (before 2024)", "contacts"),
    "google_contacts_as_outlook": ("Google Contacts for Outlook", "contacts"), "outlook_desktop": ("Outlook", "contacts"),
    "outlook_web_outlook_com": ("Outlook on the web", "contacts"), "thunderbird_csv": ("Thunderbird", "contacts"),
    "linkedin_connections": ("LinkedIn connections", "contacts"), "hubspot_contacts": ("HubSpot contacts", "contacts"),
    "hubspot_contacts_es": ("HubSpot contacts (Spanish)", "contacts"), "hubspot_companies": ("HubSpot companies", "clients"),
    "hubspot_companies_es": ("HubSpot companies (Spanish)", "clients"), "hubspot_deals": ("HubSpot deals", "deals"),
    "pipedrive_people": ("Pipedrive people", "contacts"), "pipedrive_organizations": ("Pipedrive organizations", "clients"),
    "pipedrive_deals": ("Pipedrive deals", "deals"), "pipedrive_activities": ("Pipedrive activities", "interactions"),
    "salesforce_api_names_contact": ("Salesforce contacts", "contacts"), "salesforce_api_names_account": ("Salesforce accounts", "clients"),
    "salesforce_api_names_opportunity": ("Salesforce opportunities", "deals"), "salesforce_report_labels": ("Salesforce report", "contacts"),
    "zoho_export_contacts": ("Zoho contacts", "contacts"), "zoho_export_accounts": ("Zoho accounts", "clients"),
    "zoho_export_deals": ("Zoho deals", "deals"), "zoho_export_leads": ("Zoho leads", "contacts"), "zoho_export_tasks": ("Zoho tasks", "tasks"), "zoho_export_calls": ("Zoho calls", "interactions"),
}  # fmt: skip


@pytest.mark.parametrize("key", EXPECTED)
def test_a_layout_is_told_from_all_others(headers, key: str) -> None:
    found = recognised(headers(key))
    assert found and (found.name, found.noun) == EXPECTED[key]
    assert found is recognised([name.upper() for name in reversed(headers(key))])


def test_every_layout_has_a_test() -> None:
    assert {one.name for one in LAYOUTS} == {name for name, _ in EXPECTED.values()}


@pytest.mark.parametrize(
    "header",
    [
        ["name", "city", "phone"], ["First Name", "Last Name", "Company", "Title"], ["Record ID", "Name"],
        ["CustomerID", "CompanyName", "ContactName"], ["Name", "E-mail Address", "Company", "Job Title"],
    ],
)  # fmt: skip
def test_what_anybody_may_write_is_of_no_program(header: list[str]) -> None:
    assert recognised(header) is None


def test_google(kam, export) -> None:
    row = {
        "First Name": "Jana", "Last Name": "Nováková", "Organization Name": "Žofín a.s.", "Organization Title": "Head of purchasing",
        "Birthday": "1985-04-12", "Notes": "first line\nsecond line", "Labels": "* myContacts ::: Clients ::: * VIP", "E-mail 1 - Label": "* Work",
        "E-mail 1 - Value": "jana@zofin.example ::: jn@zofin.example", "Phone 1 - Label": "Work",
        "Phone 1 - Value": "+420 224 000 001 ::: +420 224 000 002", "Phone 2 - Label": "Mobile", "Phone 2 - Value": "+420 601 000 003",
    }  # fmt: skip
    path = export("google_contacts_new", row, encoding="utf-8-sig")
    result = kam(["import", path, "--create"])
    assert "1 contact created, also 1 client" in result.out and "Google Contacts" in result.out
    card = contact(kam, "jana")
    assert (card["client"], card["title"], card["birthday"], card["note"]) == (
        "Žofín a.s.", "Head of purchasing", "1985-04-12", "first line\nsecond line",
    )  # fmt: skip
    shown = kam("contact show jana").out
    for value in (
        "jana@zofin.example",
        "jn@zofin.example",
        "+420 224 000 001",
        "+420 224 000 002",
        "+420 601 000 003",
    ):
        assert value in shown
    kam("undo --yes")
    assert told(kam, path, "--as", "clients")["created"] == 1
    assert kam.json("client list")[0]["tags"] in ("Clients, VIP", ["Clients", "VIP"])


def test_google_before_2024(kam, export) -> None:
    row = {
        "Name": "Iwona Kłos", "Given Name": "Iwona", "Family Name": "Kłos", "Birthday": "--11-25", "Group Membership": "* My Contacts ::: Hotels",
        "E-mail 1 - Type": "*", "E-mail 1 - Value": "iwona@hotel.example", "Organization 1 - Name": "Hotel Sinobrzeg",
        "Organization 1 - Title": "Owner", "Phone 1 - Type": "Work", "Phone 1 - Value": "+48 91 000 00 01",
    }  # fmt: skip
    assert told(kam, export("google_contacts_old", row))["also"] == {"clients": 1}
    card = contact(kam, "iwona")
    assert (card["first_name"], card["title"], card["birthday"]) == ("Iwona", "Owner", "--11-25")


@pytest.mark.parametrize("key", ["outlook_desktop", "outlook_web_outlook_com", "google_contacts_as_outlook"])
def test_the_title_of_outlook_is_a_salutation(kam, export, key: str) -> None:
    row = {
        "Title": "Dr.", "First Name": "Łukasz", "Last Name": "Żak", "Company": "Młyn Żarna", "Job Title": "Kierownik", "Birthday": "0/0/00",
        "E-mail Address": "lukasz@mlyn.example", "E-mail 2 Address": "l2@mlyn.example", "Business Phone": "+48 22 000 00 01",
        "Mobile Phone": "+48 600 000 001", "Business City": "Łódź", "Notes": "tak",
    }  # fmt: skip
    more = (
        {"E-mail Display Name": "Żak, Łukasz (lukasz@mlyn.example)", "E-mail Type": "SMTP"}
        if key == "outlook_desktop"
        else {}
    )
    path = export(
        key, row | more, {"Title": "Mrs", "First Name": "Ewa", "Last Name": "Lis"}, encoding="cp1250"
    )
    result = told(kam, path, "--encoding", "cp1250")
    assert (result["created"], result["also"]) == (2, {"clients": 1})
    card = contact(kam, "lukasz")
    assert (card["title"], card["birthday"], card["client"]) == ("Kierownik", None, "Młyn Żarna")
    assert contact(kam, "ewa")["title"] is None
    shown = kam("contact show lukasz").out
    assert "l2@mlyn.example" in shown and "+48 600 000 001" in shown and "SMTP" not in shown


def test_a_column_of_outlook_can_still_be_mapped(kam, export) -> None:
    path = export("outlook_desktop", {"Title": "Chief", "First Name": "Ewa", "Last Name": "Lis"})
    told(kam, path, "--map", "title=title")
    assert contact(kam, "ewa")["title"] == "Chief"


def test_linkedin(kam, export) -> None:
    notes = 'Notes:\r\n"When exporting your connection data, you may notice that some of the email addresses are missing. You will only see …"\r\n\r\n'
    rows = [
        {"First Name": "Ada", "Last Name": "Nowak", "URL": "https://www.linkedin.com/in/adanowak", "Company": "Młyn", "Position": "CEO", "Connected On": "01 Jan 2024"},
        {"URL": "https://www.linkedin.com/in/hidden", "Connected On": "7-Feb-22"},
        {"First Name": "", "Last Name": "", "Company": "Hidden Ltd", "Position": "CFO", "Connected On": "02 Jan 2024"},
        {},
    ]  # fmt: skip
    path = export("linkedin_connections", *rows, before=notes, encoding="utf-8-sig")
    result = told(kam, path)
    assert (result["read"], result["created"], result["skipped"], result["errors"]) == (3, 1, 2, [])
    assert result["left_out"] == {"whose name LinkedIn withholds": 2}
    assert result["source"] == "linkedin"
    rows[0]["Position"] = "Chair"
    result = told(kam, export("linkedin_connections", rows[0], before=notes, name="later.csv"), "--update")
    assert (result["created"], result["updated"]) == (0, 1)
    assert contact(kam, "ada")["title"] == "Chair"


def test_real_linkedin(kam, shared: Path) -> None:
    expected = json.loads((shared / "contacts/linkedin_Connections.expected.json").read_text())
    result = told(kam, str(shared / "contacts/linkedin_Connections.csv"))
    assert (result["read"], result["created"]) == (expected["data_rows"], expected["with_name"])
    rows = kam.json("contact list")
    assert sorted(row["name"] for row in rows) == sorted(expected["fns"])
    assert sum(bool(row["title"]) for row in rows) <= expected["with_position"]


def test_thunderbird(kam, export) -> None:
    row = {
        "First Name": "Oksana", "Last Name": "Verbovets", "Display Name": "Oksana Verbovets", "Primary Email": "o@v.example",
        "Secondary Email": "o2@v.example", "Work Phone": "+380 44 000 0001", "Organization": "Верба", "Birth Year": "1979", "Birth Month": "9",
        "Birth Day": "3", "Custom 1": "x", "Screen Name": "oksi",
    }  # fmt: skip
    told(kam, export("thunderbird_csv", row, {"Display Name": "No Birthday"}))
    assert contact(kam, "oksana")["birthday"] == "1979-09-03"
    assert contact(kam, "no birthday")["birthday"] is None


def test_hubspot_tables_name_each_other(kam, export) -> None:
    kam("stage add 'Contract sent' --probability 80 --days 10")
    firm = {"Record ID": "901", "Company name": "Valdoro S.r.l.", "Company Domain Name": "valdoro.example", "City": "Milano",
            "Country/Region": "Italy", "Create Date": "2025-11-02 09:30", "Description": "distributor"}  # fmt: skip
    person = {"Record ID": "77", "First Name": "Fabrizio", "Last Name": "Conti", "Email": "f@valdoro.example", "Job Title": "Buyer",
              "Associated Company IDs (Primary)": "901", "Lifecycle Stage": "customer", "Lead Status": "OPEN"}  # fmt: skip
    deals = [
        {"Record ID": "5", "Deal Name": "Frame agreement", "Deal Stage": "Closed Won", "Amount": "12000.50", "Close Date": "2026-02-10 17:00",
         "Create Date": "2025-12-01 09:00", "Associated Company IDs (Primary)": "901"},
        {"Record ID": "6", "Deal Name": "Renewal", "Deal Stage": "Contract Sent", "Amount": "300", "Close Date": "2026-09-30 17:00",
         "Create Date": "2026-01-05 09:00", "Associated Company IDs (Primary)": "901"},
    ]  # fmt: skip
    assert (
        told(kam, export("hubspot_companies", firm, name="hubspot-crm-exports-firms-2026.csv"))["noun"]
        == "clients"
    )
    assert (
        told(kam, export("hubspot_contacts", person, name="hubspot-crm-exports-all-2026.csv"))["also"] == {}
    )
    result = told(kam, export("hubspot_deals", *deals, name="hubspot-crm-exports-deals.csv"))
    assert (result["created"], result["source"], result["also"]) == (2, "hubspot", {})
    card = contact(kam, "fabrizio")
    assert (card["client"], card["title"]) == ("Valdoro S.r.l.", "Buyer")
    won, open_ = kam.json("deal list --status all --sort id")
    assert (won["status"], won["value"], won["closed_on"], open_["stage"]) == (
        "won",
        12000.5,
        "2026-02-10",
        "Contract sent",
    )


def test_hubspot_in_spanish(kam, export) -> None:
    told(
        kam,
        export(
            "hubspot_companies_es",
            {
                "ID de registro": "1",
                "Nombre de la empresa": "La Cigüeña",
                "País/región": "Spain",
                "Ciudad": "Jaén",
            },
        ),
    )
    row = {
        "ID de registro": "2",
        "Nombre": "Begoña",
        "Apellidos": "Muñiz",
        "Cargo": "Dueña",
        "Associated Company IDs (Primary)": "1",
    }
    told(kam, export("hubspot_contacts_es", row))
    assert (contact(kam, "begona")["client"], contact(kam, "begona")["title"]) == ("La Cigüeña", "Dueña")
    assert kam.json("client list")[0]["country"] == "ES"


def test_pipedrive(kam, export) -> None:
    told(
        kam,
        export(
            "pipedrive_organizations",
            {
                "Organization - ID": "3",
                "Organization - Name": "Héron Pensif",
                "Organization - Address": "Rue 1, Lyon",
                "Organization - Labels": "key, north",
            },
        ),
    )
    person = {"Person - ID": "4", "Person - Name": "Maxence Roy", "Person - Organization": "Héron Pensif", "Person - Email - Work": "m@heron.example",
              "Person - Email - Home": "max@home.example", "Person - Phone - Mobile": "+33 6 00 00 00 01", "Person - Title": "Chef"}  # fmt: skip
    told(kam, export("pipedrive_people", person))
    deal = {"Deal - ID": "9", "Deal - Title": "Grinder", "Deal - Value": "1 200,50", "Deal - Currency of Value": "EUR", "Deal - Status": "Lost",
            "Deal - Organization": "Héron Pensif", "Deal - Lost time": "2026-02-01 10:00:00", "Deal - Lost reason": "price",
            "Deal - Deal created": "2026-01-01 10:00:00", "Deal - Probability": "40"}  # fmt: skip
    told(kam, export("pipedrive_deals", deal))
    activity = {"Activity - Subject": "Wants a quote", "Activity - Type": "Call", "Activity - Due date": "2026-03-01", "Activity - Note": "by mail",
                "Person - Name": "Maxence Roy", "Organization - Name": "Héron Pensif"}  # fmt: skip
    assert told(kam, export("pipedrive_activities", activity))["noun"] == "interactions"
    assert "max@home.example" in kam("contact show maxence").out
    row = kam.json("deal list --status all")[0]
    assert (row["status"], row["value"], row["closed_on"]) == ("lost", 1200.5, "2026-02-01")
    assert kam.json("log list")[0]["text"] == "Wants a quote\nby mail"


def test_salesforce(kam, export) -> None:
    told(
        kam,
        export(
            "salesforce_api_names_account",
            {
                "Id": "001A",
                "Name": "Quillfeather",
                "Type": "Customer",
                "BillingCity": "Leeds",
                "BillingCountry": "United Kingdom",
            },
        ),
    )
    told(kam, export("salesforce_api_names_contact", {"Id": "003A", "AccountId": "001A", "LastName": "Crane", "FirstName": "Hettie", "Salutation": "Ms.",
                     "Name": "Hettie Crane", "Title": "Landlord", "MobilePhone": "+44 7700 900001", "Birthdate": "1980-11-27"}))  # fmt: skip
    told(kam, export("salesforce_api_names_opportunity", {"Id": "006A", "AccountId": "001A", "Name": "Floors 4 to 7", "StageName": "Closed Lost",
                     "Amount": "900.00", "CloseDate": "2026-01-31", "IsWon": "false", "Probability": "0", "CreatedDate": "2025-10-01T08:00:00.000Z"}))  # fmt: skip
    card = contact(kam, "hettie")
    assert (card["client"], card["title"], card["birthday"]) == ("Quillfeather", "Landlord", "1980-11-27")
    assert kam.json("deal list --status all")[0]["status"] == "lost"
    assert kam.json("client list")[0]["city"] == "Leeds"


def test_the_footer_of_a_salesforce_report(kam, export) -> None:
    footer = ('"Grand Totals (2 records)"\r\n\r\n"Confidential Information - Do Not Distribute"\r\n'
              '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\r\n')  # fmt: skip
    rows = [
        {
            "Contact ID": f"003{n}",
            "First Name": "Ann",
            "Last Name": name,
            "Account Name": "Pennyroyal",
            "Title": "Buyer",
        }
        for n, name in enumerate(["A", "B"])
    ]
    result = kam(["import", export("salesforce_report_labels", *rows, after=footer), "--create"])
    assert "2 contacts created, also 1 client" in result.out
    assert "lines 4–7 are no part of the table" in result.out


def test_zoho(kam, export) -> None:
    told(kam, export("zoho_export_accounts", {"Record Id": "z1", "Account Name": "Modrý kapr", "Industry": "Hotels", "Billing Address - City": "Třeboň",
                     "Billing Address - Country / Region": "Czechia"}, name="Accounts_001.csv"))  # fmt: skip
    person = {"Record Id": "z2", "Contact Name": "Petr Vlk", "First Name": "Petr", "Last Name": "Vlk", "Account Name.id": "z1", "Title": "Ředitel",
              "Date of Birth": "1970-02-28", "Created Time": "2025-01-01 10:00:00"}  # fmt: skip
    told(kam, export("zoho_export_contacts", person, name="Contacts_001.csv"))
    deal = {"Record Id": "z3", "Deal Name": "Linen", "Account Name.id": "z1", "Stage": "Closed Lost", "Amount": "500", "Currency": "CZK",
            "Closing Date": "2026-02-02", "Reason For Loss": "too dear"}  # fmt: skip
    told(kam, export("zoho_export_deals", deal, name="Deals_001.csv"))
    call = {
        "Record Id": "z4",
        "Subject": "Linen",
        "Call Start Time": "2026-03-02 09:30:00",
        "Call Agenda": "price",
        "Contact Name.id": "z2",
    }
    assert told(kam, export("zoho_export_calls", call, name="Calls_001.csv"))["created"] == 1
    lead = {
        "Record Id": "z5",
        "Lead Status": "New",
        "First Name": "Eva",
        "Last Name": "Malá",
        "Company": "Nová firma",
        "Lead Source": "fair",
    }
    assert told(kam, export("zoho_export_leads", lead, name="Leads_001.csv"))["also"] == {"clients": 1}
    assert (contact(kam, "petr")["client"], contact(kam, "petr")["title"]) == ("Modrý kapr", "Ředitel")
    assert kam.json("deal list --status all")[0]["reason"] == "too dear"
    row = kam.json("log list")[0]
    assert (row["client"], row["kind"], row["text"]) == ("Modrý kapr", "call", "Linen\nprice")


def test_an_id_beside_the_name_finds_who_was_renamed_since(kam, export) -> None:
    told(
        kam,
        export(
            "hubspot_companies",
            {
                "Record ID": "901",
                "Company name": "Acme Inc",
                "Company Domain Name": "acme.example",
                "Create Date": "2025-11-02",
            },
        ),
    )
    kam("client edit 1 --name 'Acme World'")
    person = {
        "Record ID": "7",
        "First Name": "Ann",
        "Company Name": "Acme Inc",
        "Associated Company IDs (Primary)": "901",
    }
    other = {
        "Record ID": "8",
        "First Name": "Bob",
        "Company Name": "Beta",
        "Associated Company IDs (Primary)": "902",
    }
    assert told(kam, export("hubspot_contacts", person, other))["also"] == {"clients": 1}
    assert [row["client"] for row in kam.json("contact list --sort id")] == ["Acme World", "Beta"]


def test_no_client_is_made_of_an_id(kam, export) -> None:
    person = {"Id": "003A", "AccountId": "001A", "LastName": "Crane", "FirstName": "Hettie"}
    result = told(kam, export("salesforce_api_names_contact", person), exit=1)
    assert (
        result["errors"][0]["message"]
        == "no client has the id '001A' in the source 'salesforce': import the clients first"
    )
    assert kam.json("client list") == []


def test_the_salutation_is_no_job_where_the_rows_are_clients(kam, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    columns = "Title,First Name,Last Name,Company,E-mail Display Name,Government ID Number"
    path.write_text(f"{columns}\nMr,Łukasz,Żak,Młyn,Łukasz,\n")
    assert told(kam, str(path), "--as", "clients")["also"] == {"contacts": 1}
    assert contact(kam, "lukasz")["title"] is None
