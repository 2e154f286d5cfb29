"""The words, numbers and dates of an offer's document in the client's language; a person may add and change them.

Each language is a table of texts in `texts/`; a file ``templates/offer.xx.toml`` beside kam's settings changes some of
them, or brings a language of its own.
"""

from __future__ import annotations

import os

from kam_cli.domains.offers.rules import format_quantity
from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

FALLBACK = "en"
# Where a client's language is not known, his country speaks for it.
_SPOKEN = {
    "PL": "pl", "DE": "de", "AT": "de", "LI": "de", "CZ": "cs", "FR": "fr", "MC": "fr", "ES": "es", "MX": "es",
    "AR": "es", "CL": "es", "CO": "es", "IT": "it", "SM": "it", "UA": "uk", "IL": "he",
}  # fmt: skip
_FOLDER = os.path.join(os.path.dirname(__file__), "texts")


def own_folder() -> str:
    """Where a person's own templates lie."""
    from kam_cli.config import config_path

    return os.path.join(os.path.dirname(config_path()), "templates")


def languages() -> list[str]:
    """The languages there are texts for."""
    found = {name[:-5] for name in os.listdir(_FOLDER) if name.endswith(".json")}
    try:
        own = os.listdir(own_folder())
    except OSError:
        own = []
    return sorted(
        found | {name[6:-5] for name in own if name.startswith("offer.") and name.endswith(".toml")}
    )


def language_of(c: Context, offer: Row, agreed: str | None, country: str | None) -> str:
    """The language of an offer: its own, the one agreed with the client, his country's, or the one that is set."""
    for one in (offer["language"], agreed, _SPOKEN.get(country or ""), c.config.get("offer.language")):
        if one and one in languages():
            return str(one)
    return FALLBACK


class Words:
    """The texts of one language: ``words["total"]``, and numbers and dates as they are written in it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = _read(language)

    def __getitem__(self, name: str) -> str:
        return str(self.texts[name])

    @property
    def is_rtl(self) -> bool:
        return self["dir"] == "rtl"

    def number(self, plain: str) -> str:
        """A number with a decimal point and blanks between thousands, as this language writes it."""
        return plain.translate({32: self["group"], 0xA0: self["group"], 46: self["decimal"]})

    def money(self, minor: int, currency: str) -> str:
        from kam_cli.values.money import format_amount

        return self["money"].format(amount=self.number(format_amount(minor, currency)), code=currency)

    def quantity(self, milli: int, unit: str | None) -> str:
        return f"{self.number(format_quantity(milli))} {unit or ''}".strip()

    def percent(self, part: int, whole: int) -> str:
        """How much of the whole, with a decimal where there is one: ``12.5%``; nothing of nothing."""
        from kam_cli.values.rounding import halves_up

        if not whole or not part:
            return ""
        tenths = halves_up(part * 1000, whole)
        whole_part, rest = divmod(abs(tenths), 10)
        text = f"{'-' if tenths < 0 else ''}{whole_part}{f'.{rest}' if rest else ''}"
        return self["percent"].format(n=self.number(text))

    def day(self, iso: str) -> str:
        year, month, day = map(int, iso.split("-"))
        months = self.texts.get("months") or [""] * 12
        return self["date"].format(d=day, m=month, y=year, month=months[month - 1])

    def days(self, count: int) -> str:
        forms = self.texts["days"]
        return str(forms[min(_form(self["plural"], count), len(forms) - 1)]).format(n=count)


def _form(rule: str, n: int) -> int:
    """Which plural form goes with a number, by the rules of CLDR."""
    few = n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)
    if rule == "pl":
        return 0 if n == 1 else 1 if few else 2
    if rule == "cs":
        return 0 if n == 1 else 1 if n in (2, 3, 4) else 2
    if rule == "uk":
        return 0 if n % 10 == 1 and n % 100 != 11 else 1 if few else 2
    return 0 if n == 1 else 1


def _read(language: str) -> Row:
    """All texts of a language. Raises BadValue for an own file that cannot be read, or lacks or misuses a text."""
    import json
    import tomllib

    def built_in(name: str) -> Row:
        path = os.path.join(_FOLDER, f"{name}.json")
        if not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as file:
            texts: Row = json.load(file)
            return texts

    texts, model = built_in(language), built_in(FALLBACK)
    path = os.path.join(own_folder(), f"offer.{language}.toml")
    try:
        with open(path, "rb") as own:
            changed = tomllib.loads(own.read().decode())
    except FileNotFoundError:
        changed = {}
    except (OSError, ValueError) as error:
        raise BadValue(f"the texts in {path} cannot be read ({error}). Mend the file or remove it") from None
    if wrong := [name for name, text in changed.items() if type(text) is not type(model.get(name))]:
        raise BadValue(f"{path}: {wrong[0]} is no text of an offer; there are {', '.join(model)}")
    full: Row = {**(texts or model), **changed}
    full.setdefault("months", model["months"])
    _try(full, path)
    return full


def _try(texts: Row, path: str) -> None:
    """Raises BadValue for a text with a place that is never filled."""
    places: Row = {
        "number": "",
        "seller": "",
        "total": "",
        "valid_until": "",
        "amount": "",
        "code": "",
        "n": 1,
    }
    places |= {"d": 1, "m": 1, "y": 1, "month": ""}
    for name, text in texts.items():
        try:
            for one in text if isinstance(text, list) else [text]:
                one.format(**places)
        except (LookupError, ValueError, AttributeError, TypeError):
            raise BadValue(f"{path}: {name} has a place in braces that kam does not know") from None
