"""Fixtures of the nouns' tests: a wall clock that stands still, and a book with one client."""

from __future__ import annotations

import pytest


@pytest.fixture
def now(monkeypatch) -> str:
    """The wall clock stands still on the day of the `kam` fixture, 10:42 in Warsaw."""
    moment = "2026-03-18T09:42:00Z"
    monkeypatch.setattr("kam_cli.book.utc_now", lambda: moment)
    return moment


@pytest.fixture
def acme(kam, now):
    """A book with one client, Acme GmbH of Berlin, with a phone, a rhythm and a tag."""
    kam("client add Acme GmbH --city Berlin --phone '+49 30 2312 5001' --every 3w --tag vip")
    return kam
