"""Records named beside a client: the client's own, and never one of another client."""

from __future__ import annotations

from kam_cli import refs, registry
from kam_cli.errors import KamError, NotFound
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context
    from kam_cli.refs import Ref


def own(noun: str) -> Kind:
    """As `kinds.ref`, of the client that the parameter ``client`` names; of any where none is given."""

    def parse(c: Context, text: str) -> Ref:
        client = c.values.get("client")
        return resolve_own(c, noun, text, client.id if client else None)

    return Kind(parse, noun.upper(), lambda c, text: _names(c, noun, text))


def resolve_own(c: Context, noun: str, text: str, client_id: int | None) -> Ref:
    """The record of this client that ``text`` names; a number is a number wherever it belongs.

    Raises KamError, saying whose it is, where it names one record of another client, NotFound and Ambiguous
    as `refs.resolve` does.
    """
    if client_id is None:
        return refs.resolve(c, noun, text)
    anywhere = refs.candidates(c.book, registry.noun(noun), text)
    if len(anywhere) == 1 and text.strip().removeprefix("#") == str(anywhere[0]):
        return check_own(c, noun, refs.ref(c.book, registry.noun(noun), anywhere[0]), client_id)
    try:
        return refs.resolve(c, noun, text, client_id)
    except NotFound:
        if len(anywhere) != 1:
            raise
        return check_own(c, noun, refs.ref(c.book, registry.noun(noun), anywhere[0]), client_id)


def check_own(c: Context, noun: str, record: Ref, client_id: int | None) -> Ref:
    """The record itself. Raises KamError where it belongs to another client."""
    if record.client_id == client_id:
        return record
    clients = registry.noun("client")
    owner = refs.ref(c.book, clients, record.client_id).name if record.client_id else "no client"
    wanted = f", not to {refs.ref(c.book, clients, client_id).name}" if client_id else ""
    raise KamError(
        f"{noun} #{record.id} {record.name!r} belongs to {owner}{wanted}. See: kam {noun} show {record.id}"
    )


def _names(c: Context, noun: str, text: str) -> list[str]:
    from kam_cli.complete import names

    return names(c, noun, text)
