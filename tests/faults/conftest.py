"""A book with a client and a deal, for commands in processes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def kam_book(kam) -> Path:
    """The path of a book that holds the client Acme and one deal; ``KAM_DB`` names it to every command."""
    kam("client add Acme --every 3w")
    kam("deal add acme Machines --value 12k")
    return kam.db
