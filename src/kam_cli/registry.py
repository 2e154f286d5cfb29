"""Every command of the root: one line each, in the order of the help page; modules are loaded when used."""

from __future__ import annotations

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kam_cli.command import Verb
    from kam_cli.noun import Noun


class Entry:
    """A word after ``kam``: a noun with verbs, or a command of its own (``alone``).

    ``module`` holds its verbs, below kam_cli; a module that ends in ``.*`` stands for one file a verb, and for those
    that its package makes itself (``more_verbs``, ``verb_of``).
    ``default`` is the verb that is meant where ``--to`` is given and none is said.
    ``feeds``: tables whose change concerns the noun's derived data. ``agenda``: its folder says in agenda.py what waits.
    ``on_client``: it says in on_client.py what a client's page shows of it.
    """

    __slots__ = (
        "agenda", "alone", "default", "feeds", "help", "module", "name", "on_client", "plural", "section",
    )  # fmt: skip

    def __init__(
        self,
        section: str,
        name: str,
        plural: str,
        module: str,
        help: str,
        *,
        feeds: str = "",
        alone: bool = False,
        agenda: bool = False,
        on_client: bool = False,
        default: str = "",
    ) -> None:
        self.section = section
        self.name = name
        self.plural = plural
        self.module = module
        self.help = help
        self.feeds = tuple(feeds.split())
        self.alone = alone
        self.agenda = agenda
        self.on_client = on_client
        self.default = default


# fmt: off
ENTRIES = (
    Entry("Every day", "today", "", "reports.agenda", "What is due: tasks, appointments, clients to call.", alone=True),
    Entry("Every day", "log", "logs", "domains.interactions", "Log a call, a meeting, a letter … in one line.",
          feeds="interactions interaction_points", agenda=True),
    Entry("Every day", "find", "", "reports.finding", "Find anything by a few letters of it.", alone=True),
    Entry("Every day", "remind", "", "domains.reminders", "Print, mail or show what is due now; for cron.", alone=True),
    Entry("Every day", "undo", "", "tools.undo", "Take back the last command, or the last few.", alone=True),
    Entry("People", "client", "clients", "domains.clients", "Companies and persons in your care.",
          feeds="clients details aliases interactions nps_answers", agenda=True),
    Entry("People", "contact", "contacts", "domains.contacts", "Persons at a client.",
          feeds="contacts details aliases", agenda=True),
    Entry("Work", "task", "tasks", "domains.tasks", "What is to be done, by when.", feeds="tasks", agenda=True),
    Entry("Work", "deal", "deals", "domains.deals", "What may be sold, and how far it is.", feeds="deals", agenda=True),
    Entry("Work", "stage", "stages", "domains.stages", "The stages of the pipeline."),
    Entry("The sale", "product", "products", "domains.products", "What is sold: price list, facts, stock, a quiz.",
          feeds="products product_facts", agenda=True),
    Entry("The sale", "need", "needs", "domains.needs", "What clients need, how strongly, and what became of it.",
          feeds="needs", agenda=True, on_client=True),
    Entry("The sale", "objection", "objections", "domains.objections", "What clients say against it, and what answers worked.",
          feeds="objections", agenda=True, on_client=True),
    Entry("The sale", "discount", "discounts", "domains.discounts", "Rules by which prices are lowered, and what was given.",
          feeds="discounts", agenda=True),
    Entry("The sale", "offer", "offers", "domains.offers", "Offers: priced, sent, accepted or rejected.",
          feeds="offers offer_lines", agenda=True, on_client=True),
    Entry("The sale", "order", "orders", "domains.orders", "What was ordered, promised and delivered.",
          feeds="orders order_lines order_tags", agenda=True),
    Entry("The sale", "contract", "contracts", "domains.contracts", "Contracts: drafts, disagreements, renewals, documents.",
          feeds="contracts contract_clauses contract_versions contract_files", agenda=True, on_client=True),
    Entry("The money", "invoice", "invoices", "domains.invoices", "What clients have to pay, and what of it is open.",
          feeds="invoices allocations", agenda=True),
    Entry("The money", "payment", "payments", "domains.payments", "What came in, and which invoice it pays.",
          feeds="payments allocations", agenda=True),
    Entry("The money", "debt", "debts", "domains.debts", "Who owes how much; reminders to pay, and promises.",
          feeds="promises", agenda=True, on_client=True),
    Entry("The money", "terms", "terms", "domains.terms", "Days to pay, credit limit and language of letters, by client.",
          feeds="terms"),
    Entry("The money", "risk", "risks", "domains.risk", "How reliable clients are, why, and what they may owe.",
          feeds="risk_assessments risk_findings", agenda=True, on_client=True),
    Entry("The money", "loyalty", "loyalties", "domains.loyalty", "Programmes with tiers and points for those who come back.",
          feeds="loyalty_programmes loyalty_tiers", agenda=True, on_client=True),
    Entry("Voice of the client", "nps", "answers", "domains.nps", "Answers 0–10 to \"would you recommend us?\", and the score.",
          feeds="nps_answers"),
    Entry("Voice of the client", "segment", "segments", "reports.segments", "Promoters, passives, critics, and who was not asked."),
    Entry("Figures", "metrics", "", "reports.metrics.*", "Pipeline, win rate, funnel, activity; receivables, DSO, balances."),
    Entry("Data", "import", "", "imports.commands", "Take in a table: CSV, Excel, JSON, a paste, cards, mail …", alone=True),
    Entry("Data", "export", "", "exports.*", "The book as files, for other programs and for people.",
          default="archive"),
    Entry("Data", "sync-folder", "", "sync.commands", "A folder that telephones and calendars share with the book.", alone=True),
    Entry("Data", "init", "", "tools.init", "Start a book.", alone=True),
    Entry("Data", "demo", "", "demo.commands", "Show kam at work on an invented book.", alone=True),
    Entry("Data", "cron", "", "domains.reminders.cron", "Have cron remind you."),
    Entry("Data", "backup", "", "tools.backup", "Save a verified copy of the book.", alone=True),
    Entry("Data", "restore", "", "tools.restore", "Bring back a backup.", alone=True),
    Entry("Data", "redo", "", "tools.redo", "Take back an undo.", alone=True),
    Entry("Data", "history", "", "tools.history", "What was changed, by which command.", alone=True),
    Entry("Data", "check", "", "tools.check", "Whether the book is sound.", alone=True),
    Entry("Data", "config", "", "tools.settings", "Settings of the program and of the book."),
    Entry("Data", "schema", "", "tools.schema", "Every table, column and unit of the book.", alone=True),
    Entry("Data", "sql", "", "tools.sql", "Ask the book in SQL, read-only.", alone=True),
)
# fmt: on

BY_NAME = {name: entry for entry in ENTRIES for name in (entry.name, entry.plural) if name}


def find(word: str) -> Entry | None:
    """The entry for a word of the command line, singular or plural."""
    return BY_NAME.get(word)


def load(name: str) -> object:
    """A module below kam_cli."""
    import sys

    full = f"kam_cli.{name}"
    __import__(full)
    return sys.modules[full]


def verbs(entry: Entry) -> dict[str, Verb]:
    """Name → verb of an entry, in the order of definition; an entry that stands alone has the one of its name."""
    if entry.module.endswith(".*"):
        package = entry.module[:-2]
        found = ((name, verb(entry, name)) for name in [*_made_verbs(package), *file_verbs(package)])
        return {name: one for name, one in found if one}
    module = (
        entry.module + ".commands"
        if entry.module.startswith("domains.") and "." not in entry.module[8:]
        else entry.module
    )
    return _verbs_in(module, "kam" if entry.alone else f"kam {entry.name}")


def verb(entry: Entry, name: str) -> Verb | None:
    """One verb, loading no more than its own module."""
    if entry.module.endswith(".*"):
        package = entry.module[:-2]
        if name in file_verbs(package):
            return _verbs_in(f"{package}.{name}", f"kam {entry.name}").get(name)
        made: Verb | None = getattr(load(package), "verb_of", lambda name: None)(name)
        if made:
            made.path = f"{entry.name} {made.name}"
        return made
    return verbs(entry).get(name)


def file_verbs(package: str) -> list[str]:
    """The verbs of a package with one file a verb: the names of its files."""
    import os

    folder = os.path.join(os.path.dirname(__file__), *package.split("."))
    names = (name.removesuffix(".py") for name in os.listdir(folder) if name.endswith(".py"))
    return sorted(name for name in names if not name.startswith("_"))


def _made_verbs(package: str) -> list[str]:
    names: list[str] = getattr(load(package), "more_verbs", list)()
    return names


def _verbs_in(module: str, prefix: str) -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for value in vars(load(module)).values():
        for one in getattr(value, "__verbs__", ()):
            one.path = f"{prefix} {one.name}".removeprefix("kam ")
            found[one.name] = one
    return found


def noun(name: str) -> Noun:
    """The declaration of a noun. Raises BadValue for a word that is no noun with records."""
    entry = find(name)
    if entry is None or not entry.module.startswith("domains.") or entry.alone or entry.name == "cron":
        known = ", ".join(
            e.name for e in ENTRIES if e.module.startswith("domains.") and not e.alone and e.name != "cron"
        )
        raise BadValue(f"no noun {name!r}; say one of {known}")
    return load(entry.module + ".noun").NOUN  # type: ignore[attr-defined, no-any-return]


def nouns() -> list[Noun]:
    """All declarations."""
    return [
        noun(e.name) for e in ENTRIES if e.module.startswith("domains.") and not e.alone and e.name != "cron"
    ]


def nouns_fed_by(tables: Iterable[str]) -> list[Noun]:
    """The nouns whose derived data may change with these tables."""
    wanted = set(tables)
    return [noun(e.name) for e in ENTRIES if wanted.intersection(e.feeds)]


def suggest(word: str, names: Iterable[str]) -> str:
    """A clause that offers near names, or an empty text."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(names), n=2, cutoff=0.6)
    near = list(dict.fromkeys(BY_NAME[name].name if name in BY_NAME else name for name in near))
    return f"; did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
