"""What the offer commands take: an offer by its number or its client, days, the last day on which it holds."""

from __future__ import annotations

from kam_cli.domains.offers import store
from kam_cli.errors import BadValue
from kam_cli.kinds import line, ref
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref


def find(c: Context, text: str) -> Ref:
    """The one offer that ``text`` names: by its own number, as every record, or by its client.

    A client stands for his open offer where he has exactly one. Raises NotFound and Ambiguous.
    """
    from kam_cli import refs, registry

    noun = registry.noun("offer")
    clients = _clients(c, text)
    if clients is None or refs.candidates(c.book, noun, text):
        return refs.resolve(c, "offer", text)
    return refs.of_client(c, "offer", text, clients, store.open_of, "kam offer list --status all")


def _clients(c: Context, text: str) -> list[int] | None:
    """The clients that a text may mean; None for a number, which is never one."""
    from kam_cli import refs, registry

    plain = text.strip().removeprefix("#").replace("-", "")
    if plain.isascii() and plain.isdigit():
        return None
    return refs.candidates(c.book, registry.noun("client"), text)


def _days(c: Context, text: str) -> int:
    from kam_cli.values.spans import parse_every

    word = text.strip().casefold()
    if word in ("0", "0d", "now", "advance"):
        return 0
    try:
        return parse_every(text)
    except BadValue:
        raise BadValue(f"cannot read {text[:40]!r} as days: write it like 30d, 2w or 0") from None


def _valid(c: Context, text: str) -> datetime.date:
    """A day, or so long from today on. Raises BadValue."""
    import datetime

    from kam_cli.kinds import future_day

    try:
        ahead = _days(c, text)
    except BadValue:
        day: datetime.date = future_day.parse(c, text)
        return day
    try:
        return c.today + datetime.timedelta(days=ahead)
    except OverflowError:
        raise BadValue(f"{text[:40]!r} is beyond the calendar") from None


def _extra(c: Context, text: str) -> tuple[str, Any]:
    """``Delivery=120``: a title and an amount. Raises BadValue."""
    from kam_cli.kinds import money

    title, mark, amount = text.rpartition("=")
    if not mark or not title.strip():
        raise BadValue(f"{text[:40]!r}: write it like Delivery=120")
    return line.parse(c, title), money.parse(c, amount)


def _language(c: Context, text: str) -> str:
    from kam_cli.domains.offers.wording import languages

    found = text.strip().casefold()
    if found not in languages():
        raise BadValue(
            f"{text[:40]!r} is no language there is a template for; there are {', '.join(languages())}"
        )
    return found


def _languages(c: Context, text: str) -> list[str]:
    from kam_cli.domains.offers.wording import languages

    return languages()


def _path(c: Context, text: str) -> str:
    import os

    if not text:
        raise BadValue("it is no name of a file")
    return os.path.expanduser(text)


def _person(c: Context, text: str) -> Ref:
    from kam_cli.refs import resolve

    of: Ref = c.values.get("client") or c.values["offer"]
    return resolve(c, "contact", text, of.client_id)


def _deal(c: Context, text: str) -> Ref:
    from kam_cli.refs import resolve

    of: Ref = c.values.get("client") or c.values["offer"]
    return resolve(c, "deal", text, of.client_id)


offer = Kind(find, "OFFER", ref("offer").complete)
days = Kind(_days, "DAYS")
valid = Kind(_valid, "DAYS|DATE")
language = Kind(_language, "CODE", _languages)
path = Kind(_path, "FILE")
extra = Kind(_extra, "TEXT=MONEY")
person = Kind(_person, "PERSON", ref("contact").complete)
deal = Kind(_deal, "DEAL", ref("deal").complete)
