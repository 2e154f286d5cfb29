"""A reminder to pay: which level, in which language, to whom, and what it says."""

from __future__ import annotations

import datetime
import os
import re
from bisect import bisect_right

from kam_cli.domains.debts import store, texts
from kam_cli.domains.terms import store as terms
from kam_cli.errors import BadValue, KamError
from kam_cli.values.money import format_amount, format_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

PLACES = ("client", "contact", "invoices", "total", "days", "pay_by", "today", "seller")
_HEADING = re.compile(r"subject:\s*(.+)\n+", re.IGNORECASE)


class Letter:
    """What a client is told of all that is overdue.

    ``level language to contact_id subject text days`` and ``total``, a text with an amount a currency. Raises KamError
    where nothing is overdue, BadValue for a level or a language without a text.
    """

    def __init__(
        self,
        c: Context,
        client: Ref,
        level: int | None = None,
        language: str | None = None,
        to: str | None = None,
    ) -> None:
        overdue = store.open_invoices(c.book, client.id, c.today.isoformat())
        if not overdue:
            raise KamError(f"nothing of {client.name} is overdue. See: kam debt show {client.id}")
        self.days = (c.today - datetime.date.fromisoformat(overdue[0]["due_on"])).days
        self.level = level or max(1, bisect_right(store.levels(c), self.days))
        agreed = terms.of(c.book, client.id)["language"]
        self.language = language or agreed or str(c.config.get("debt.language"))
        known = store.address_of(c.book, client.id) or {}
        self.to = to or known.get("email")
        self.contact_id = known.get("contact_id")
        sums: dict[str, int] = {}
        for row in overdue:
            sums[row["currency"]] = sums.get(row["currency"], 0) + row["open_minor"]
        self.total = " + ".join(format_money(minor, currency) for currency, minor in sums.items())
        self.invoices = [row["id"] for row in overdue]
        subject, text = self._template()
        values = {
            "client": client.name, "contact": known.get("contact") or client.name, "total": self.total,
            "invoices": self._lines(overdue), "days": str(self.days), "today": c.today.isoformat(),
            "pay_by": (c.today + datetime.timedelta(days=c.config.get("debt.grace_days"))).isoformat(),
            "seller": _seller(c),
        }  # fmt: skip
        self.subject = " ".join(_filled(subject, values).split())
        self.text = _filled(text, values).strip()

    def _template(self) -> tuple[str, str]:
        """Subject and text: the owner's own, else the built-in one."""
        path = template_path(self.level, self.language)
        try:
            with open(path, encoding="utf-8") as file:
                own = file.read()
        except FileNotFoundError:
            built_in = texts.TEXTS.get(self.language)
            if not built_in:
                known = ", ".join(texts.TEXTS)
                raise BadValue(
                    f"no text in the language {self.language!r}; there are {known}. Write one of your own: {path}"
                ) from None
            return built_in[min(self.level, len(built_in)) - 1]
        except (OSError, UnicodeDecodeError) as error:
            raise KamError(f"the letter in {path} cannot be read ({error}). Mend it, or remove it") from None
        found = _HEADING.match(own)
        if not found:
            raise BadValue(
                f"the letter in {path} does not begin with a line like Subject: Reminder of {{total}}"
            )
        return found[1], own[found.end() :]

    def _lines(self, overdue: list[Row]) -> str:
        """A line an invoice: number, day, last day to pay, what of it is open."""
        word, due = texts.WORDS.get(self.language, ("#", "→"))
        names = [row["number"] or f"{word} {row['id']}" for row in overdue]
        amounts = [format_amount(row["open_minor"], row["currency"]) for row in overdue]
        wide, long = max(map(len, names)), max(map(len, amounts))
        return "\n".join(
            f"  {name:{wide}}  {row['issued_on']}  {due} {row['due_on']}  {amount:>{long}} {row['currency']}"
            for name, amount, row in zip(names, amounts, overdue, strict=True)
        )


def template_path(level: int, language: str) -> str:
    """Where a letter of the owner's own lies, beside the settings."""
    from kam_cli.config import config_path

    return os.path.join(os.path.dirname(config_path()), "templates", f"debt-{level}.{language}.txt")


def _seller(c: Context) -> str:
    return str(c.config.get("seller.name") or c.book.meta["owner_name"] or "")


def _filled(template: str, values: Row) -> str:
    """The text with its places filled in. Raises BadValue for one that there is not."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in PLACES:
            raise BadValue(f"the letter has a place {found[0][:40]!r}; there are {', '.join(PLACES)}")
        return str(values[found[1]])

    return re.sub(r"\{([^{}\n]*)\}", value, template)
