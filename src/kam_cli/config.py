"""Settings of the program (a TOML file under XDG) and where the book lies; what belongs to a book is in the book."""

from __future__ import annotations

import os

from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# key → (default, help). Time zone, currency and country are the book's own: `kam config set book.tz …`.
KEYS: dict[str, tuple[Any, str]] = {
    "format": ("table", "what lists are printed as: table json jsonl csv tsv md"),
    "date_order": ("dmy", "how 3/4/2026 is read: dmy (day first) or mdy"),
    "agenda_days": (7, "how many days ahead `kam today` looks"),
    "stale_days": (365, "after how many days a card that was not verified counts as stale"),
    "nps_days": (180, "after how many days a client should be asked again"),
    "critic_days": (3, "within how many days a critic is to be called back"),
    "risk.stale_days": (180, "after how many days an assessment of a client's reliability counts as stale"),
    "money.pay_days": (14, "days to pay an invoice where a client's terms say nothing"),
    "debt.levels": ("1,15,30", "from how many days late on a reminder to pay is of level 1, 2, 3 …"),
    "debt.grace_days": (7, "how many days a reminder to pay gives"),
    "debt.pause_days": (7, "for how many days `kam today` is silent on who was reminded"),
    "debt.language": (
        "en",
        "of reminders to pay where a client's terms say none: en pl de cs, or of your own",
    ),
    "money.buckets": ("30,60,90", "days by which `kam metrics receivables` parts what is overdue"),
    "pareto.a": (80, "up to which percent of the turnover clients are of class A"),
    "pareto.b": (95, "and up to which of class B; the others are C"),
    "rfm.recency": (
        "30,90,180,365",
        "days since the last order that part the scores 5 to 1, below 25 clients",
    ),
    "rfm.frequency": (
        "1,2,4,7",
        "further days of orders from which the scores 2 to 5 are given, below 25 clients",
    ),
    "rfm.monetary": (
        "500,1000,5000,10000",
        "turnover from which the scores 2 to 5 are given, below 25 clients",
    ),
    "names.honorifics": ("", "further forms of address before a name, e.g. 'ppłk, Frau Direktor=f'"),
    "mail.to": ("", "address that reminders are mailed to"),
    "mail.from": ("", "address they come from; empty: the same"),
    "mail.sendmail": ("", "path of the sendmail program; empty: found"),
    "mail.smtp_host": ("", "SMTP server; empty: sendmail is used"),
    "mail.smtp_port": (0, "its port; 0: 587, or 465 with ssl, or 25 without security"),
    "mail.smtp_user": ("", "login at the server"),
    "mail.smtp_security": ("starttls", "starttls, ssl or none"),
    "mail.password_command": ("", "command that prints the password (or set KAM_SMTP_PASSWORD)"),
    "offer.valid_days": (30, "how many days an offer holds"),
    "offer.language": (
        "en",
        "language of an offer where the client's is not known: cs de en es fr he it pl uk",
    ),
    "offer.footer": ("", "what is printed below every offer, e.g. a word on VAT"),
    "seller.name": ("", "who you are on documents; empty: the owner of the book"),
    "seller.address": ("", "your address; a line ends where '; ' stands"),
    "seller.email": ("", "your e-mail address, as printed"),
    "seller.phone": ("", "your telephone, as printed"),
    "seller.website": ("", "your website, as printed"),
    "seller.tax_id": ("", "your tax number"),
    "seller.bank": ("", "your bank account"),
    "seller.logo": ("", "path of your logo: PNG, JPEG, SVG, GIF or WebP"),
    "backup.daily": (0, "1: a backup before the first change of each day"),
    "backup.bulk_rows": (
        1000,
        "a backup before an import, merge, undo or redo of as many rows; 0: never. Before an erasure none is made: it would keep the person",
    ),
    "backup.keep_last": (3, "how many automatic backups are kept: the last ones"),
    "backup.keep_daily": (7, "and the last one of each of so many days"),
    "backup.keep_weekly": (5, "of so many weeks"),
    "backup.keep_monthly": (12, "of so many months; all four 0: none is ever removed"),
    "backup.warn_days": (30, "kam check warns where there is no backup for so long; 0: never"),
    "backup.recipient": ("", "age or SSH public key that `kam backup FILE.age` is encrypted to"),
    "backup.identity": ("", "file with the age or SSH private key that opens it again"),
    "backup.passphrase_command": ("", "command that prints the passphrase (or set KAM_PASSPHRASE)"),
}

CHOICES = {"format": ("table", "json", "jsonl", "csv", "tsv", "md"), "date_order": ("dmy", "mdy")}


def home() -> str:
    """The home folder, also where cron gives none."""
    path = os.path.expanduser("~")
    if path == "~":
        raise KamError(
            "neither HOME nor a user entry says where your files are. Name the book with --db PATH"
        )
    return path


def db_path(flag: str | None) -> str:
    """``--db``, ``KAM_DB``, else the book under the XDG data folder."""
    given = flag or os.environ.get("KAM_DB")
    if given:
        return os.path.expanduser(given)
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(home(), ".local", "share")
    return os.path.join(data, "kam", "book.db")


def config_path() -> str:
    """``KAM_CONFIG``, else the file under the XDG config folder."""
    given = os.environ.get("KAM_CONFIG")
    if given:
        return os.path.expanduser(given)
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home(), ".config")
    return os.path.join(folder, "kam", "config.toml")


class Config:
    """The settings, flat: ``mail.to`` for ``to`` in the table ``[mail]``."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    @classmethod
    def load(cls) -> Config:
        """Read the file; none is as good as an empty one. Raises BadValue where it cannot be read for certain."""
        try:
            path = config_path()
            with open(path, "rb") as file:
                text = file.read()
        except FileNotFoundError:
            return cls({})
        except KamError:
            return cls({})  # no home at all, as under `env -i`: the defaults serve
        import tomllib

        try:
            tree = tomllib.loads(text.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadValue(
                f"the settings in {path} cannot be read ({error}). Mend the file or remove it"
            ) from None
        return cls(_checked(flatten(tree), path))

    def get(self, key: str) -> Any:
        """A setting, or its default."""
        return self.values.get(key, KEYS[key][0])


def flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables → dotted keys."""
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat.update(flatten(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def parse(key: str, text: str) -> Any:
    """A setting's value from the text a person typed. Raises BadValue."""
    if key not in KEYS:
        from kam_cli.registry import suggest

        raise BadValue(f"KEY: no setting {key!r}{suggest(key, KEYS) or '.'} See: kam config list")
    if isinstance(KEYS[key][0], int):
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            raise BadValue(f"{key} is a whole number, not {text!r}")
        return int(text)
    if text not in CHOICES.get(key, (text,)):
        raise BadValue(f"{key} is one of {', '.join(CHOICES[key])}, not {text!r}")
    return text


def _checked(values: dict[str, Any], path: str) -> dict[str, Any]:
    for key, value in values.items():
        if key in KEYS and type(value) is not type(KEYS[key][0]):
            kind = "a whole number" if isinstance(KEYS[key][0], int) else "a text in quotes"
            raise BadValue(f"{key} in {path} is not {kind}. Mend it: kam config set {key} …")
    if values.get("date_order", "dmy") not in ("dmy", "mdy"):
        raise BadValue(f"date_order in {path} is neither dmy nor mdy. Mend it: kam config set date_order dmy")
    return values
