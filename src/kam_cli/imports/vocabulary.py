"""What other programs call the things that several nouns share: a tuple each, the best name first.

A noun names the headers of its columns in ``importing.py`` of its folder; of two fields that could use a column the
earlier takes it (see `kam_cli.formats.headers.match_columns`). Left out on purpose: running numbers ("Index", "No."),
which are no identity; "Lifecycle Stage" and "Account Type", whose words are another program's; "Duration", whose unit
is unknown; "URL", which is a person's profile in LinkedIn's file; and in answers to a survey "Customer ID", which may
be the firm or the person.
"""

from __future__ import annotations

COMPANY = (
    "client", "client name", "company name", "company", "account name", "organization name",
    "organisation name", "organization", "organisation", "organization 1 - name", "organization - name",
    "deal - organization", "person - organization", "associated company", "associated company (primary)",
    "associated company names (primary)", "customer name", "customer", "business name", "employer",
    "nombre de la empresa", "account",
)  # fmt: skip
COMPANY_ID = (
    "client id", "company id", "account id", "account name.id", "organization id", "organisation id",
    "associated company ids (primary)", "associated company ids",
)  # fmt: skip
PERSON = ("contact", "contact name", "contact person", "person", "person - name", "deal - contact person")
PERSON_ID = ("contact id", "contact name.id", "person id", "person - id", "associated contact ids")
OWN_ID = ("external id", "record id", "id de registro", "uid", "id")
FIRST_NAME = ("first name", "given name", "forename", "person - first name", "nombre")
MIDDLE_NAME = ("middle name", "additional name", "middle initial", "person - middle name")
NAME_SUFFIX = ("name suffix", "suffix", "honorific suffix")
LAST_NAME = ("last name", "family name", "surname", "person - last name", "apellidos")
PHONE = (
    "phone", "phone number", "telephone", "telephone number", "tel", "primary phone", "business phone",
    "business phone 2", "work phone", "company main phone", "company phone", "mobile", "mobile phone",
    "mobile phone number", "mobile number", "cell", "cell phone", "home phone", "home phone 2", "other phone",
    "phone 1", "phone 2", "phone 3", "phone * - value", "person - phone*", "organization - phone*",
    "número de teléfono",
)  # fmt: skip
EMAIL = (
    "email", "email address", "primary email", "secondary email", "work email", "email 1", "email 2",
    "email 3", "email 2 address", "email 3 address", "email * - value", "person - email*", "mail", "correo",
)  # fmt: skip
NOTE = (
    "note", "notes", "description", "comment", "comments", "remarks", "associated note", "note - content",
)  # fmt: skip
JOB = (
    "job title", "contact title", "position", "organization title", "organization 1 - title",
    "person - title", "occupation", "cargo", "title",
)  # fmt: skip
TAGS = (
    "tags", "tag", "labels", "label", "categories", "groups", "group membership", "person - label*",
    "organization - label*",
)  # fmt: skip
INVOICE_ID = ("invoice id", "invoice number", "invoice no", "invoice #")
PAID_ON = ("payment date", "paid date", "date paid")
CURRENCY = ("currency", "currency code", "currency iso code")


def place(*names: str) -> tuple[str, ...]:
    """A part of an address under its plain names, then under the prefixes that programs give it."""
    prefixes = ("", "business ", "billing ", "billing address - ", "mailing ", "address 1 - ", "work ")
    return tuple(prefix + name for prefix in prefixes for name in names)
