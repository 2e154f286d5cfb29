"""What other programs call the fields of an imported table: per noun, per field, the best name first.

The order of the fields matters too: an earlier field takes a column before a later one that could use
it (see ``match_columns``). Left out on purpose: running numbers ("Index", "No."), which are no identity;
"Lifecycle Stage" and "Account Type", whose words are another program's; "Duration", whose unit is
unknown; "URL", which is a person's profile in LinkedIn's file; and in answers to a survey "Customer
ID", which may be the firm or the person.

Beside the fields of each noun stand parts of them: ``first_name`` and ``last_name`` of a client are the
contact person where there is a company beside them, else the name of a private person; where a
contact has ``birth_year`` and ``birth_month``, ``birthday`` is the day of the month.
"""

from __future__ import annotations

_COMPANY = (
    "client", "client name", "company name", "company", "account name", "organization name",
    "organisation name", "organization", "organisation", "organization 1 - name", "organization - name",
    "deal - organization", "person - organization", "associated company", "associated company (primary)",
    "associated company names (primary)", "customer name", "customer", "business name", "employer",
    "nombre de la empresa", "account",
)  # fmt: skip
_COMPANY_ID = (
    "client id", "company id", "account id", "account name.id", "organization id", "organisation id",
    "associated company ids (primary)", "associated company ids",
)  # fmt: skip
_PERSON = ("contact", "contact name", "contact person", "person", "person - name", "deal - contact person")
_OWN_ID = ("external id", "record id", "id de registro", "uid", "id")
_FIRST_NAME = ("first name", "given name", "forename", "person - first name", "nombre")
_LAST_NAME = ("last name", "family name", "surname", "person - last name", "apellidos")
_PHONE = (
    "phone", "phone number", "telephone", "telephone number", "tel", "primary phone", "business phone",
    "business phone 2", "work phone", "company main phone", "company phone", "mobile", "mobile phone",
    "mobile phone number", "mobile number", "cell", "cell phone", "home phone", "home phone 2", "other phone",
    "phone 1", "phone 2", "phone 3", "phone * - value", "person - phone*", "organization - phone*",
    "número de teléfono",
)  # fmt: skip
_EMAIL = (
    "email", "email address", "primary email", "secondary email", "work email", "email 1", "email 2",
    "email 3", "email 2 address", "email 3 address", "email * - value", "person - email*", "mail", "correo",
)  # fmt: skip
_NOTE = (
    "note", "notes", "description", "comment", "comments", "remarks", "associated note", "note - content",
)  # fmt: skip
_JOB = (
    "job title", "contact title", "position", "organization title", "organization 1 - title",
    "person - title", "occupation", "cargo", "title",
)  # fmt: skip
_CURRENCY = ("currency", "currency code", "currency iso code")
_PRICE = ("unit price", "price", "price per unit", "list price")
_LINE = {
    "product": ("product", "product name", "item", "item name", "sku", "product id"),
    "quantity": ("quantity", "qty", "units"),
    "unit_price": _PRICE,
    "unit_price_minor": (),
    "discount_pct": ("discount %", "discount percent", "discount percentage", "% discount"),
    "discount": ("discount", "discount rate"),
}


def _place(*names: str) -> tuple[str, ...]:
    """A part of an address under its plain names, then under the prefixes that programs give it."""
    prefixes = ("", "business ", "billing ", "billing address - ", "mailing ", "address 1 - ", "work ")
    return tuple(prefix + name for prefix in prefixes for name in names)


SYNONYMS: dict[str, dict[str, tuple[str, ...]]] = {
    "clients": {
        "external_id": (
            "external id",
            "customer id",
            *_COMPANY_ID,
            "organization - id",
            *_OWN_ID,
            "user id",
            "person id",
            "person - id",
            "contact id",
        ),
        "name": (*_COMPANY, "legal name", "display name", "full name", "name", "person - name"),
        "kind": (),
        "stage": ("client stage",),
        "segment": ("segment", "market segment", "customer segment", "industry", "sector"),
        "source": ("source", "lead source", "original source"),
        "phone": _PHONE,
        "fax": ("fax", "fax number", "business fax"),
        "email": _EMAIL,
        "website": (
            "website",
            "website url",
            "web page",
            "web page 1",
            "homepage",
            "company domain name",
            "domain",
            "website 1 - value",
            "organization - website",
            "nombre de dominio de la empresa",
        ),
        "country": (*_place("country", "country/region"), "país/región", "país"),
        "region": _place("region", "state", "state/region", "state/province", "province", "county"),
        "city": (*_place("city", "town"), "ciudad"),
        "postcode": _place("postcode", "postal code", "zip", "zip code", "zip/postal code"),
        "address": (*_place("street", "address", "street address"), "address 1", "organization - address"),
        "tags": (
            "tags",
            "tag",
            "labels",
            "label",
            "categories",
            "groups",
            "group membership",
            "person - label*",
            "organization - label*",
        ),
        "since": ("customer since", "client since", "subscription date"),
        "note": _NOTE,
        "contact": (*_PERSON, "primary contact", "main contact", "full name", "display name", "name"),
        "contact_title": _JOB,
        "first_name": _FIRST_NAME,
        "last_name": _LAST_NAME,
    },
    "contacts": {
        "client": (*_COMPANY, *_COMPANY_ID),
        "external_id": ("contact id", "person id", "person - id", "user id", *_OWN_ID, "customer id"),
        "name": ("full name", "contact name", "display name", "person - name", "lead name", "name"),
        "first_name": _FIRST_NAME,
        "last_name": _LAST_NAME,
        "title": _JOB,
        "role": ("buying role", "decision role"),
        "phone": _PHONE,
        "email": _EMAIL,
        "birth_year": (),
        "birth_month": (),
        "birthday": ("birthdate", "date of birth", "birth date"),
        "note": _NOTE,
    },
    "deals": {
        "external_id": ("deal id", "opportunity id", "deal - id", *_OWN_ID),
        "client": (*_COMPANY, *_COMPANY_ID, "customer id"),
        "title": (
            "deal name",
            "deal title",
            "deal - title",
            "opportunity name",
            "deal",
            "title",
            "subject",
            "name",
        ),
        "product": ("product name", "product interest"),
        "value": ("deal value", "deal - value", "deal amount", "value", "amount"),
        "value_minor": (),
        "currency": (*_CURRENCY, "deal - currency of value", "deal - currency"),
        "stage": ("deal stage", "deal - stage", "pipeline stage", "stage", "stage name"),
        "status": ("deal status", "deal - status"),
        "opened_on": (
            "opened",
            "open date",
            "date opened",
            "create date",
            "created date",
            "created time",
            "created on",
            "deal - deal created",
        ),
        "close_on": ("expected close date", "deal - expected close date", "close date", "closing date"),
        "closed_on": ("closed date", "date closed", "deal - won time", "deal - lost time"),
        "probability": ("probability %", "deal - probability", "deal probability", "win probability"),
        "reason": ("lost reason", "deal - lost reason", "reason for loss", "loss reason"),
        "competitor": ("main competitor", "lost to"),
    },
    "interactions": {
        "external_id": ("interaction id", "activity id", "engagement id", "call id", "task id", *_OWN_ID),
        "client": (*_COMPANY, *_COMPANY_ID, "customer id"),
        "contact": (*_PERSON, "with", "attendee"),
        "kind": ("activity type", "activity - type", "engagement type", "channel", "type"),
        "occurred_at": (
            "activity date",
            "call start time",
            "start time",
            "date and time",
            "date",
            "timestamp",
            "due date",
            "activity - due date",
        ),
        "direction": ("call direction",),
        "outcome": ("call outcome", "call result", "result"),
        "minutes": ("duration (minutes)", "duration minutes", "duration min", "call duration (minutes)"),
        "text": (
            "subject",
            "activity - subject",
            "summary",
            "call agenda",
            *_NOTE,
            "activity - note",
            "body",
            "details",
            "content",
        ),
    },
    "products": {
        "external_id": ("product id", "internal id", "item id", *_OWN_ID),
        "name": ("product name", "product", "item name", "item", "title"),
        "sku": ("product code", "item code", "article number", "part number", "code", "ean", "gtin"),
        "category": ("category name", "product category"),
        "price": ("price", "unit price", "list price", "sales price"),
        "price_minor": (),
        "currency": _CURRENCY,
        "description": ("product description", "details"),
    },
    "orders": {
        "external_id": ("order id", "order number", "order no", "order #", "order", *_OWN_ID),
        "client": (*_COMPANY, *_COMPANY_ID, "customer id", "user id"),
        "ordered_on": ("order date", "date of order", "date ordered", "purchase date", "ordered", "date"),
        "due_on": ("required date", "due date", "delivery date", "promised date"),
        "shipped_on": ("shipped date", "ship date", "date shipped", "shipped"),
        "status": ("order status",),
        **_LINE,
        "total": ("order total", "total amount", "grand total", "amount", "order value"),
        "total_minor": (),
        "currency": _CURRENCY,
        "tags": ("tag", "labels"),
    },
    "order-lines": {
        "order": ("order id", "order number", "order no", "order #"),
        **_LINE,
    },
    "invoices": {
        "external_id": (
            "invoice id",
            "invoice number",
            "invoice no",
            "invoice #",
            "invoice",
            "document number",
            *_OWN_ID,
        ),
        "client": (*_COMPANY, *_COMPANY_ID, "customer id"),
        "issued_on": ("invoice date", "issue date", "date issued", "issued", "date"),
        "due_on": ("due date", "payment due date", "payment due"),
        "amount": ("invoice total", "invoice amount", "gross amount", "total amount", "total"),
        "amount_minor": (),
        "currency": _CURRENCY,
        "paid_on": ("payment date", "paid date", "date paid"),
        "paid_amount": ("amount paid",),
        "paid_amount_minor": (),
    },
    "payments": {
        "external_id": ("payment id", "transaction id", "transaction number", *_OWN_ID),
        "client": (*_COMPANY, *_COMPANY_ID, "customer id"),
        "invoice": ("invoice id", "invoice number", "invoice no", "invoice #"),
        "paid_on": ("payment date", "paid date", "date paid", "transaction date", "date"),
        "amount": ("payment amount", "amount paid", "paid amount"),
        "amount_minor": (),
        "currency": _CURRENCY,
    },
    "nps": {
        "external_id": ("response id", "answer id", "submission id", *_OWN_ID),
        "client": _COMPANY,
        "contact": (*_PERSON, "respondent", "respondent name"),
        "score": ("nps score", "nps", "likelihood to recommend", "*likely*recommend*", "rating"),
        "reason": ("main reason", "*reason*score*", "comment", "comments", "feedback", "verbatim"),
        "answered_on": (
            "answered",
            "answer date",
            "response date",
            "survey date",
            "submitted at",
            "submitted on",
            "completed at",
            "timestamp",
            "date",
        ),
        "product": ("product name",),
    },
}

# Fields that several columns may feed: phones, e-mails and tags are added up, texts follow each other,
# of dates the first that is filled in counts.
MANY: dict[str, tuple[str, ...]] = {
    "clients": ("phone", "email", "tags", "note"),
    "contacts": ("phone", "email", "note"),
    "deals": ("closed_on",),
    "interactions": ("text",),
    "orders": ("ordered_on", "tags"),
}
