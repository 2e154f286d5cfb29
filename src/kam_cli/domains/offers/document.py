"""The document of an offer that a client is sent: in his language, as HTML for A4 or as Markdown.

Whatever comes from the book is escaped, and fenced against text of the other direction.
"""

from __future__ import annotations

import os

from kam_cli.domains.offers import store
from kam_cli.domains.offers.wording import Words, language_of, own_folder
from kam_cli.domains.terms import store as terms
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

SELLER = ("name", "address", "email", "phone", "website", "tax_id", "bank")
LRM, RLM = "\u200e", "\u200f"
LARGEST_LOGO = 2_000_000  # bytes
# What Markdown reads as markup anywhere, or at the beginning of a line.
_MARKUP = r"([\\`*_{}\[\]<>#|~&!])|^(\s*)([-+=])(?=[\s+=-]|$)|^(\s*\d+)([.)])(?=\s|$)"
_IMAGES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif", ".svg": "svg+xml", ".webp": "webp"}


class Document:
    """What stands in the document of one offer: ``offer lines client contact seller words``."""

    def __init__(self, c: Context, offer_id: int) -> None:
        self.offer = store.LISTING.one(c, offer_id)
        self.lines = store.with_steps(c.book, offer_id)
        self.client = store.client_of(c.book, self.offer["client_id"])
        agreed = terms.of(c.book, self.offer["client_id"])["language"]
        self.words = Words(language_of(c, self.offer, agreed, self.client["country"]))
        self.seller = {name: c.config.get(f"seller.{name}") for name in SELLER}
        self.seller["address"] = self.seller["address"].replace("; ", "\n")
        self.seller["name"] = self.seller["name"] or c.book.meta["owner_name"] or ""
        self.footer = c.config.get("offer.footer")
        self.logo = c.config.get("seller.logo")
        home, there = c.book.meta["country"], self.client["country"]
        self.is_foreign = bool(home and there and home != there)

    @property
    def title(self) -> str:
        return f"{self.words['title']} {self.words['number']} {self.offer['number']}"

    @property
    def address(self) -> list[str]:
        """The lines above an address: the client, his person, street, town and country."""
        from kam_cli.values.countries import country_name

        one, person = self.client, self.offer["contact"]
        town = " ".join(part for part in (one["postcode"], one["city"]) if part)
        country = country_name(one["country"]).upper() if self.is_foreign else None
        attention = person and f"{self.words['attention']} {person}"
        return [line for line in (one["name"], attention, one["address"], town, country) if line]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Date, validity and terms, each with its label."""
        words, offer = self.words, self.offer
        pay = words.days(offer["pay_days"]) if offer["pay_days"] else words["advance"]
        return [
            (words["issued"], words.day(offer["issued_on"])),
            (words["valid_until"], words.day(offer["valid_until"])),
            (words["payment"], pay),
        ]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Number, item, quantity, list price, discount and amount of each line, as texts."""
        money = [self._money(line["list_minor"]) for line in self.lines]
        return [
            (
                str(place),
                line["title"],
                self.words.quantity(line["quantity_milli"], line["unit"]),
                price,
                self.words.percent(line["given_minor"], line["list_total_minor"]),
                self._money(line["net_minor"]),
            )
            for place, (line, price) in enumerate(zip(self.lines, money, strict=True), 1)
        ]

    @property
    def heads(self) -> list[str]:
        return [self.words[name] for name in ("item", "quantity", "list_price", "discount", "amount")]

    @property
    def sums(self) -> list[tuple[str, str]]:
        """What it comes to; where something was given, also the list price and how much."""
        offer, words = self.offer, self.words
        total = (words["total"], self._money(offer["total_minor"]))
        if not offer["given_minor"]:
            return [total]
        label = words["given"] if offer["given_minor"] > 0 else words["surcharge"]
        return [
            (words["list_total"], self._money(offer["list_minor"])),
            (label, self._money(-offer["given_minor"])),
            total,
        ]

    @property
    def imprint(self) -> list[str]:
        """What stands at the foot: tax number, bank, and what else is set."""
        labelled = [
            f"{self.words[name]}: {self.seller[name]}" for name in ("tax_id", "bank") if self.seller[name]
        ]
        return [*labelled, *([self.footer] if self.footer else [])]

    def _money(self, minor: int) -> str:
        return self.words.money(minor, self.offer["currency"])


# --- HTML ---------------------------------------------------------------------------------------------------


def html(document: Document) -> str:
    """The document as one HTML file that needs no other. Raises BadValue for an own template that cannot be filled."""
    from string import Template

    text, path = _template(document.words.language)
    fields = _fields(document)
    try:
        return Template(text).substitute(fields)
    except KeyError as error:
        raise BadValue(f"{path}: no field ${error.args[0]}; there are {', '.join(fields)}") from None
    except ValueError as error:
        raise BadValue(f"{path}: {error}; a dollar sign is written $$") from None


def _template(language: str) -> tuple[str, str]:
    """The template and its path: one's own of the language, one's own, else kam's."""
    own = own_folder()
    built_in = os.path.join(os.path.dirname(__file__), "offer.html")
    for path in (os.path.join(own, f"offer.{language}.html"), os.path.join(own, "offer.html"), built_in):
        try:
            with open(path, encoding="utf-8") as file:
                return file.read(), path
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise BadValue(f"{path} cannot be read ({error}). Mend the file or remove it") from None
    raise KamError(f"{built_in} is missing. Install kam again")


def _fields(document: Document) -> dict[str, str]:
    """Everything that a template may use, as HTML."""
    words, seller = document.words, document.seller

    def fenced(value: str | None) -> str:
        return _bdi(value, words.is_rtl)

    def pairs(found: list[tuple[str, str]]) -> str:
        return "".join(
            f"<tr><th>{_text(label)}</th><td>{fenced(value)}</td></tr>\n" for label, value in found
        )

    kinds = ("place", "item", "number", "number", "number", "number")
    rows = [
        [f'<td class="{kind}">{fenced(value)}</td>' for kind, value in zip(kinds, row, strict=True)]
        for row in document.rows
    ]
    heads = [
        f'<th class="{kind}">{_text(name)}</th>' for kind, name in zip(kinds[1:], document.heads, strict=True)
    ]
    contact = [seller[name] for name in ("email", "phone", "website") if seller[name]]
    note = document.offer["note"]
    return {
        "language": _text(words.language), "direction": words["dir"], "title": _text(document.title),
        "number": _text(document.offer["number"]), "logo": _logo(document.logo),
        "seller_name": fenced(seller["name"]), "seller_address": fenced(seller["address"]),
        "seller_contact": "<br>".join(map(fenced, contact)),
        "client": "<br>".join(map(fenced, document.address)), "client_name": fenced(document.client["name"]),
        "facts": pairs(document.facts), "intro": _text(words["intro"]), "heads": f"<th></th>{''.join(heads)}",
        "rows": "".join(f"<tr>{''.join(row)}</tr>\n" for row in rows), "sums": pairs(document.sums),
        "note": f'<p class="note">{fenced(note)}</p>' if note else "",
        "closing": _text(words["closing"]), "regards": _text(words["regards"]),
        "imprint": " · ".join(map(fenced, document.imprint)), "page": _quoted(words["page"]),
    }  # fmt: skip


def _text(value: str | None) -> str:
    from html import escape

    from kam_cli.text import safe

    return escape(safe(value or "", newlines=True))


def _bdi(value: str | None, is_rtl: bool) -> str:
    """A text whose direction is its own. Where that is the other one it stands between marks, too, since what makes
    PDFs knows no isolation."""
    from kam_cli.text import is_rtl as goes_left

    if not value:
        return ""
    own = goes_left(value)
    mark = "" if own == is_rtl else RLM if own else LRM
    lines = (f"{mark}{_text(line)}{mark}" for line in value.split("\n"))
    return "<bdi>" + "\n".join(lines) + "</bdi>"


def _quoted(value: str) -> str:
    """A text between quotes in a style sheet."""
    return "".join(f"\\{ord(char):06x}" if not char.isalnum() and char != " " else char for char in value)


def _logo(path: str) -> str:
    """The picture itself, so that the document is one file. Raises BadValue where it cannot be shown."""
    if not path:
        return ""
    import base64

    full = os.path.expanduser(path)
    kind = _IMAGES.get(os.path.splitext(full)[1].casefold())
    if kind is None:
        raise BadValue(f"seller.logo {path!r} is no picture kam knows; there are {' '.join(_IMAGES)}")
    try:
        with open(full, "rb") as file:
            data = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise BadValue(f"seller.logo {path!r} cannot be read: {error.strerror}") from None
    if len(data) > LARGEST_LOGO:
        raise BadValue(f"seller.logo {path!r} is too large: at most {LARGEST_LOGO:,} bytes")
    return f'<img class="logo" alt="" src="data:image/{kind};base64,{base64.b64encode(data).decode()}">'


# --- Markdown -----------------------------------------------------------------------------------------------


def markdown(document: Document) -> str:
    """The document as Markdown, with nothing in it that a name could turn into markup."""
    words, seller = document.words, document.seller
    parts = [f"# {_plain(document.title)}", "  \n".join(map(_plain, (seller["name"], *document.address)))]
    parts.append("\n".join(f"- {_plain(label)}: {_plain(value)}" for label, value in document.facts))
    table = [["", *document.heads], ["---:", ":---", *["---:"] * 4], *document.rows]
    parts += [_plain(words["intro"]), "\n".join(f"| {' | '.join(_in_table(row))} |" for row in table)]
    parts.append("\n".join(f"- {_plain(label)}: {_plain(value)}" for label, value in document.sums))
    parts += [_plain(text) for text in (document.offer["note"], words["closing"], words["regards"]) if text]
    parts.append("  \n".join(map(_plain, (seller["name"], *document.imprint))))
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _plain(text: str) -> str:
    """A text of which Markdown makes nothing else; its line breaks stay."""
    import re

    from kam_cli.text import safe

    lines = safe(text, newlines=True).split("\n")
    escaped = (re.sub(_MARKUP, _escape, line) for line in lines)
    return "  \n".join(escaped)


def _escape(found: Any) -> str:
    if found[1]:
        return f"\\{found[1]}"
    return f"{found[2]}\\{found[3]}" if found[3] else f"{found[4]}\\{found[5]}"


def _in_table(row: Any) -> list[str]:
    if row[0] == "---:":
        return list(row)
    return [_plain(" ".join(cell.split())) for cell in row]
