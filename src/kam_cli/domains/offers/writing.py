"""Writes the document of an offer where it is wanted: to stdout, or into private files."""

from __future__ import annotations

from kam_cli.domains.offers import pdf, store
from kam_cli.domains.offers.document import Document, html, markdown
from kam_cli.errors import BadValue
from kam_cli.output import Saved, Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref


def write(c: Context, offer: Ref, asked: dict[str, str], force: bool) -> Stream | Saved:
    """The document in each form that is ``asked`` for (html, md or pdf → its place).

    Raises BadValue for two on stdout, KamError where a file cannot be written.
    """
    from kam_cli.files import write_new

    document = Document(c, offer.id)
    if "-" in asked.values():
        if len(asked) > 1:
            raise BadValue(
                "--html, --md and --pdf: on stdout there is room for one; name files for the others"
            )
        form = next(iter(asked))
        if form == "pdf" and c.terminal:
            raise BadValue("--pdf: a PDF is nothing to read on a terminal; name a file")
        return Stream([made(document, form)])
    data = {form: _bytes(made(document, form)) for form in asked}
    for form, to in asked.items():
        write_new(to, data[form], force)
    said = ", ".join(f"{to} ({len(data[form]):,} bytes)" for form, to in asked.items())
    row: dict[str, Any] = {
        **store.LISTING.one(c, offer.id),
        "language": document.words.language,
        "files": list(asked.values()),
    }
    return Saved(f"offer {offer.name} in {document.words.language} – wrote {said}", row)


def made(document: Document, form: str) -> str | bytes:
    """The document as HTML, Markdown or PDF."""
    if form == "md":
        return markdown(document)
    text = html(document)
    return pdf.of(text) if form == "pdf" else text


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
