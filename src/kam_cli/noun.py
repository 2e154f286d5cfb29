"""What a noun tells the kernel about itself, so that references, search, undo and history work for it."""

from __future__ import annotations


class Noun:
    """The declaration in a noun's ``noun.py``.

    ``name``     the command's word; ``table`` its rows; ``code`` a small number, never reused (search row ids).
    ``title``    the column a person knows it by; ``key`` its folded search key (None: found by number and uid).
    ``client``   an SQL expression over ``t`` for the number of its client.
    ``hint``     an SQL expression over ``t`` that tells two of the same name apart.
    ``exact``    further SELECTs of ids that match exactly: the folded name ``:key``, or ``:raw`` as typed in lower case.
    ``feeds``    the changed things after which a search document is written again: tables, or ``table.column``
                 for the records that a changed row points or pointed to.
    ``document`` SELECT of ``id, client_id, title, body`` for the ids in ``{ids}``, only of what may be found.
    ``is_merged``  whether a card may be taken over by another, whose number is then its ``merged_into_id``.
    ``maintain`` SQL that recomputes maintained columns of the rows in ``{ids}``, run after a change of
                 ``maintained_by`` (same form as ``feeds``).
    """

    __slots__ = (
        "client", "code", "document", "exact", "feeds", "hint", "is_merged", "key", "maintain", "maintained_by",
        "name", "table", "title",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        table: str,
        code: int,
        *,
        title: str,
        key: str | None,
        client: str = "t.client_id",
        hint: str = "NULL",
        exact: tuple[str, ...] = (),
        feeds: tuple[str, ...] = (),
        document: str = "",
        is_merged: bool = False,
        maintain: str = "",
        maintained_by: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.table = table
        self.code = code
        self.title = title
        self.key = key
        self.client = client
        self.hint = hint
        self.exact = exact
        self.feeds = feeds
        self.document = document
        self.is_merged = is_merged
        self.maintain = maintain
        self.maintained_by = maintained_by
