"""Tables of well-known programs, told by columns that only they have: what their rows are, and what misleads in them."""

from __future__ import annotations

from kam_cli.formats.headers import normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Layout:
    """One kind of table of one program.

    ``signature`` holds groups of headers parted by ``|``: a table has one of each group. ``noun`` is what its rows are,
    ``source`` the source of its ids, one for all tables of the program, so that they can name each other's records.
    ``constants`` are fields that all of its rows have, though no column says so.
    ``columns`` says of misleading columns what they are ("" nothing), whatever the noun; ``nameless`` why rows without
    a name are in it, which are then left out instead of refused.
    """

    def __init__(
        self,
        name: str,
        noun: str,
        source: str,
        signature: Sequence[str],
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
        nameless: str = "",
    ) -> None:
        self.name, self.noun, self.source, self.nameless = name, noun, source, nameless
        self.signature = [{normalise(one) for one in group.split("|")} for group in signature]
        self.columns, self.constants = columns or {}, constants or {}

    def fits(self, headers: set[str]) -> bool:
        """Whether a table with these normalised headers is of this kind."""
        return all(group & headers for group in self.signature)


_SALUTATION = {"Title": "honorific"}  # Mr or Dr there, not what somebody does for a living
_ANY_NAME = "First Name|Last Name|Full Name|Contact Name"
_ZOHO = ("Record Id", "Contact Owner.id|Account Owner.id|Lead Owner.id|Deal Owner.id|Call Owner.id|Task Owner.id|Account Name.id|"
         "Modified Time|Created Time")  # fmt: skip
_HUBSPOT = ("Record ID", "Contact owner|Company owner|Deal owner|Lifecycle Stage|Lead Status|Create Date|Last Activity Date|"
            "Last Contacted|Associated Company|Associated Company IDs|Associated Company IDs (Primary)|Associated Note")  # fmt: skip
_SALESFORCE = (
    "IsDeleted|OwnerId|CreatedById|SystemModstamp|LastModifiedById|MasterRecordId|AccountId|CreatedDate"
)
# The first that fits is taken: those with more specific columns stand before those with fewer.
LAYOUTS = (
    Layout("Google Contacts", "contacts", "google", ("File As", "Organization Name", "Labels")),
    Layout("Google Contacts (before 2024)", "contacts", "google", ("Given Name", "Group Membership")),
    Layout("Outlook", "contacts", "outlook", ("E-mail Display Name", "Government ID Number"), columns=_SALUTATION),
    Layout("Outlook on the web", "contacts", "outlook", ("Given Yomi", "IMAddress", "Company Yomi"), columns=_SALUTATION),
    Layout("Google Contacts for Outlook", "contacts", "google", ("Home Address", "Business Address", "Categories"),
           columns=_SALUTATION),
    Layout("Thunderbird", "contacts", "thunderbird", ("Primary Email", "Screen Name")),
    Layout("LinkedIn connections", "contacts", "linkedin", ("Connected On", "Position"), columns={"URL": "external_id"},
           nameless="whose name LinkedIn withholds"),
    Layout("Zoho deals", "deals", "zoho", ("Deal Name", *_ZOHO)),
    Layout("Zoho tasks", "tasks", "zoho", ("Closed Time", "Due Date", *_ZOHO)),
    Layout("Zoho calls", "interactions", "zoho", ("Call Start Time", *_ZOHO), constants={"kind": "call"}),
    Layout("Zoho leads", "contacts", "zoho", ("Lead Status|Is Converted|Lead Owner.id", "Company", _ANY_NAME, *_ZOHO)),
    Layout("Zoho contacts", "contacts", "zoho", (_ANY_NAME, *_ZOHO)),
    Layout("Zoho accounts", "clients", "zoho", ("Account Name", *_ZOHO)),
    Layout("HubSpot deals", "deals", "hubspot", ("Deal Name", "Deal Stage")),
    Layout("HubSpot contacts", "contacts", "hubspot", ("First Name|Last Name|Email", *_HUBSPOT)),
    Layout("HubSpot companies", "clients", "hubspot", ("Company Domain Name|Company name", *_HUBSPOT)),
    Layout("HubSpot contacts (Spanish)", "contacts", "hubspot", ("ID de registro", "Nombre|Apellidos|Correo")),
    Layout("HubSpot companies (Spanish)", "clients", "hubspot", ("ID de registro", "Nombre de la empresa")),
    Layout("Pipedrive activities", "interactions", "pipedrive", ("Activity - Subject", "Activity - Type")),
    Layout("Pipedrive deals", "deals", "pipedrive", ("Deal - Title", "Deal - Organization|Deal - Contact person|Deal - ID")),
    Layout("Pipedrive people", "contacts", "pipedrive", ("Person - Name", "Person - Organization|Person - ID")),
    Layout("Pipedrive organizations", "clients", "pipedrive", ("Organization - Name", "Organization - ID|Organization - Owner")),
    Layout("Salesforce opportunities", "deals", "salesforce", ("StageName", "CloseDate", _SALESFORCE)),
    Layout("Salesforce contacts", "contacts", "salesforce", ("AccountId", "LastName")),
    Layout("Salesforce accounts", "clients", "salesforce", ("Id", "Name", "BillingCity|BillingStreet|BillingCountry", _SALESFORCE)),
    Layout("Salesforce report", "contacts", "salesforce", ("Account Name", "Mailing Zip/Postal Code")),
)  # fmt: skip


def recognised(header: Sequence[str]) -> Layout | None:
    """The kind of table with this header, if it is a known one."""
    headers = {normalise(name) for name in header if name.strip()}
    return next((one for one in LAYOUTS if one.fits(headers)), None)


def columns_of(layout: Layout | None, header: Sequence[str], fields: Mapping[str, object]) -> dict[str, str]:
    """What a layout says of columns, for those that the table has: nothing where the noun knows no such field."""
    there = {normalise(name) for name in header}
    told = layout.columns.items() if layout else ()
    return {
        name: field for name, field in told if normalise(name) in there and (not field or field in fields)
    }
