"""LDIF of Thunderbird and of directories, through the command line."""

from __future__ import annotations

import base64

import pytest


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


THUNDERBIRD = f"""dn: cn=Ada Lovelace,mail=ada@engines.example
objectclass: top
objectclass: person
objectclass: organizationalPerson
objectclass: inetOrgPerson
objectclass: mozillaAbPersonAlpha
givenName: Ada
sn: Lovelace
cn: Ada Lovelace
mozillaNickname: Countess
mail: ada@engines.example
mozillaSecondEmail: ada@home.example
telephoneNumber: +44 20 7946 0958
homePhone: 020 7946 0001
mobile: +44 7700 900123
facsimileTelephoneNumber: +44 20 7946 0959
mozillaHomeStreet: 12 St James's Square
mozillaHomeLocalityName: London
mozillaHomePostalCode: SW1Y 4JH
mozillaHomeCountryName: United Kingdom
street: 1 Engine Way
l: London
c: GB
o: Analytical Engines
ou: Programs
title: Programmer
birthyear: 1915
birthmonth: 12
birthday: 10
mozillaCustom1: likes music
description: First line,
  which is folded
nsAIMid: ada1815
modifytimestamp: 1617012345

dn:: {b64("cn=Łukasz Żak,mail=lukasz@zak.example")}
objectclass: mozillaAbPersonAlpha
givenName:: {b64("Łukasz")}
sn:: {b64("Żak")}
cn:: {b64("Łukasz Żak")}
mail: lukasz@zak.example
jpegPhoto:: /9j/4AAQSkZJRgABAQAAAQABAAD/
 4AAQSkZJRgABAQAAAQABAAD/

dn: mail=only@mail.example
objectclass: mozillaAbPersonAlpha
mail: only@mail.example

dn: cn=Choir
objectclass: top
objectclass: groupOfNames
cn: Choir
member: cn=Ada Lovelace, mail=ada@engines.example
member: mail=only@mail.example
"""

DIRECTORY = """# a directory
version: 1

dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
o: Example

dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people

dn: uid=bjensen,ou=people,dc=example,dc=com
objectClass: inetOrgPerson
cn: Barbara Jensen
cn: Babs Jensen
sn: Jensen
uid: bjensen
mail: bjensen@example.com
mail: babs@example.com
telephoneNumber: +1 408 555 1862
telephoneNumber: reception
postalAddress: 1 Main St$Sunnyvale$CA 94086
userPassword:: e1NTSEF9c2VjcmV0
entryUUID: 597ae2f6-16a6-1027-98f4-d28b5365dc14
l: Sunnyvale
labeledURI: http://www.example.com/~babs My home page
jpegPhoto:< file:///usr/local/photos/bjensen.jpg
title;lang-fr: Directrice
"""


@pytest.fixture
def ldif(kam, tmp_path):
    """Import a text as LDIF."""

    def load(text: str | bytes, *more: str, exit: int = 0) -> dict:
        path = tmp_path / "book.ldif"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return kam(["import", str(path), "--create", *more, "--json"], exit=exit).json

    return load


def card(kam, name: str) -> dict:
    (row,) = [row for row in kam.json("contact list") if row["name"] == name]
    shown = kam.json(f"contact show {row['id']}")
    return shown | {"by": {(one["kind"], one["label"] or "", one["value"]) for one in shown["details"]}}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_address_book_of_thunderbird(kam, ldif, ends):
    told = ldif(THUNDERBIRD.replace("\n", ends))
    assert (told["read"], told["created"], told["errors"], told["also"]) == (3, 3, [], {"clients": 1})
    ada = card(kam, "Ada Lovelace")
    assert (ada["client"], ada["title"], ada["birthday"]) == (
        "Analytical Engines",
        "Programmer",
        "1915-12-10",
    )
    assert (ada["first_name"], ada["last_name"], ada["aliases"]) == ("Ada", "Lovelace", ["Countess"])
    assert ada["note"] == "First line, which is folded"
    assert ada["by"] == {
        ("phone", "", "+44 20 7946 0958"), ("phone", "home", "020 7946 0001"), ("phone", "mobile", "+44 7700 900123"),
        ("phone", "fax", "+44 20 7946 0959"), ("email", "", "ada@engines.example"), ("email", "", "ada@home.example"),
        ("address", "work", "1 Engine Way, London, GB"),
        ("address", "home", "12 St James's Square, SW1Y 4JH London, United Kingdom"), ("fact", "department", "Programs"),
        ("fact", "custom1", "likes music"), ("social", "aim", "ada1815"), ("tag", "", "Choir"),
    }  # fmt: skip
    assert card(kam, "Łukasz Żak")["by"] == {("email", "", "lukasz@zak.example")}
    assert ("tag", "", "Choir") in card(kam, "only@mail.example")["by"]
    again = ldif(THUNDERBIRD.replace("\n", ends).replace("Programmer", "Analyst"), "--update")
    assert (again["created"], again["updated"], again["skipped"]) == (0, 1, 2)
    kam("undo --yes")
    kam("undo --yes")
    assert kam.json("contact list") == []


def test_a_directory(kam, ldif):
    told = ldif(DIRECTORY)
    assert (told["read"], told["created"], told["errors"]) == (1, 1, [])
    babs = card(kam, "Barbara Jensen")
    assert (babs["first_name"], babs["last_name"], babs["title"]) == (None, "Jensen", "Directrice")
    assert babs["by"] == {
        ("phone", "", "+1 408 555 1862"), ("fact", "phone", "reception"), ("email", "", "bjensen@example.com"),
        ("email", "", "babs@example.com"), ("address", "", "1 Main St, Sunnyvale, CA 94086"), ("address", "work", "Sunnyvale"),
        ("website", "", "http://www.example.com/~babs"), ("fact", "user name", "bjensen"),
    }  # fmt: skip
    book = kam.book()
    assert "secret" not in str(book.rows("SELECT * FROM details")) and "e1NT" not in str(
        book.rows("SELECT * FROM details")
    )
    assert book.column("SELECT external_id FROM external_ids WHERE noun = 'contact'") == [
        "597ae2f6-16a6-1027-98f4-d28b5365dc14"
    ]
    book.close()


def test_persons_as_clients(kam, ldif):
    ldif(THUNDERBIRD, "--as", "clients")
    rows = {row["name"]: row for row in kam.json("client list")}
    assert (rows["Ada Lovelace"]["kind"], rows["Ada Lovelace"]["city"], rows["Ada Lovelace"]["country"]) == (
        "person",
        "London",
        "GB",
    )


BROKEN = {
    "no line": ("dn: cn=a\nsn: A\nthis is nothing\n", 1, "line 3 is no line of an entry"),
    "base64": ("dn: cn=a\nsn:: ÄÄ\nmail: a@b.example\n", 1, "line 2, sn: this is not base64"),
    "a change": ("dn: cn=a\nchangetype: modify\nadd: mail\nmail: a@b.example\n", 1, "it changes an entry (modify)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_entry_is_named_and_nothing_comes_in(kam, ldif, name):
    text, line, message = BROKEN[name]
    told = ldif("dn: cn=fine\nsn: Fine\n\n" + text, exit=1)
    assert told["errors"][0]["line"] == line + 3
    assert (
        told["errors"][0]["message"]
        .replace("line 6", "line 3")
        .replace("line 5", "line 2")
        .startswith(message)
    )
    assert kam.json("contact list") == []


def test_an_empty_book_is_told(kam, ldif):
    assert "no line that begins with dn:" in ldif("version: 1\n", exit=1)["errors"][0]["message"]
