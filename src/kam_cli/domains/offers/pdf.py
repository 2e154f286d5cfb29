"""The HTML of a document as PDF, by WeasyPrint; it reaches for no file and no network."""

from __future__ import annotations

from kam_cli.errors import KamError

MISSING = "PDF needs WeasyPrint: pip install 'kam-cli[pdf]'. Or print the HTML from a browser: --html FILE"


def of(html: str) -> bytes:
    """The PDF of an HTML text. Raises KamError where WeasyPrint or the system's Pango is missing."""
    import logging

    try:
        import weasyprint
        from weasyprint.urls import URLFetcher
    except ImportError:
        raise KamError(MISSING) from None
    except OSError:  # the package is there, the library that it loads is not
        raise KamError(
            "WeasyPrint finds no Pango on this system (on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0). "
            "Or print the HTML from a browser: --html FILE"
        ) from None
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    pdf: bytes = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf()
    return pdf


def is_there() -> bool:
    """Whether a PDF can be made here."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True
