"""`kam segment`: the clients by their last NPS answer, and what to do with each group."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.clients.store import IN_COMMAND
from kam_cli.domains.deals import store as deals
from kam_cli.domains.nps import rules
from kam_cli.kinds import choice
from kam_cli.listing import Listing
from kam_cli.params import arg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.output import Rows

GROUPS = {"promoters": "promoter", "passives": "passive", "critics": "critic", "unasked": "unasked"}
DEEDS = {
    "promoters": "ask for a referral",
    "passives": "lift them by an offer",
    "critics": "call back and put it right",
    "unasked": "ask them",
}
group = choice(*GROUPS, aliases={"detractor": "critics", "detractors": "critics"})

_ALIVE = "c.deleted_at IS NULL AND c.archived_at IS NULL"
# Maintained columns say who is in which group; the words of the last answer are looked up for the rows shown.
_LAST = (
    "(SELECT a.{} FROM nps_answers a WHERE a.client_id = c.id AND a.deleted_at IS NULL "
    "ORDER BY a.answered_at DESC, a.id DESC LIMIT 1)"
)
_COMMAND = "CASE coalesce(c.nps_group, 'unasked') {} END".format(
    " ".join(f"WHEN '{g}' THEN replace('{line}', '{{}}', {IN_COMMAND})" for g, line in rules.COMMANDS.items())
)
CLIENTS = Listing(
    {
        "id": "c.id", "uid": "c.uid", "name": "c.name", "stage": "c.stage", "segment": "c.segment",
        "country": "c.country", "nps_score": "c.nps_score", "nps_group": "c.nps_group",
        "nps_answered_at": "c.nps_answered_at", "answered_on": _LAST.format("answered_on"),
        "last_contact_at": "c.last_contact_at", "reason": _LAST.format("reason"),
        # A critic waits for a call until a contact after the answer; kam_critic_days() is the setting.
        "due_on": "CASE WHEN c.nps_group = 'critic' AND coalesce(c.last_contact_at, '') <= c.nps_answered_at "
        f"THEN date({_LAST.format('answered_on')}, '+' || kam_critic_days() || ' days') END",
        "command": _COMMAND,
    },
    "clients c",
    base=_ALIVE,
    order="c.nps_answered_at DESC, c.name_key, c.id",
    show="id name nps_score answered_on reason due_on stage segment last_contact_at",
    wide="stage segment last_contact_at",
)  # fmt: skip

_HOME = "(SELECT currency FROM meta)"
_VALUE = f"CASE WHEN d.currency = {_HOME} THEN d.value_minor ELSE 0 END"
OVERVIEW = Listing(
    {
        "nps_group": "g.nps_group", "clients": "coalesce(n.clients, 0)",
        "share_pct": "100.0 * coalesce(n.clients, 0) / "
        f"nullif((SELECT count(*) FROM clients c WHERE {_ALIVE}), 0)",
        "deals": "coalesce(v.deals, 0)", "value_minor": "coalesce(v.value_high * 1000000 + v.value_low, 0)", "currency": _HOME,
        "deals_in_other_currencies": "coalesce(v.others, 0)", "value_high": "v.value_high", "value_low": "v.value_low",
        "command": "'kam segment list ' || g.nps_group || CASE g.place WHEN 4 THEN '' ELSE 's' END",
    },
    f"""(SELECT 1 AS place, 'promoter' AS nps_group UNION ALL SELECT 2, 'passive' UNION ALL SELECT 3, 'critic'
        UNION ALL SELECT 4, 'unasked') g
      LEFT JOIN (SELECT coalesce(c.nps_group, 'unasked') AS nps_group, count(*) AS clients
        FROM clients c WHERE {_ALIVE} GROUP BY 1) n ON n.nps_group = g.nps_group
      LEFT JOIN (SELECT coalesce(c.nps_group, 'unasked') AS nps_group, count(*) AS deals,
          {deals.exact_sum(_VALUE, "value")},
          sum(d.currency <> {_HOME}) AS others
        FROM deals d JOIN clients c ON c.id = d.client_id
        WHERE d.status = 'open' AND d.deleted_at IS NULL AND {_ALIVE} GROUP BY 1) v
        ON v.nps_group = g.nps_group""",
    base="1",
    order="g.place",
    show="nps_group clients share_pct deals value_minor command",
    wide="command",
)  # fmt: skip


@verb("list", listing=CLIENTS)
def list_(
    c: Context,
    page: Page,
    group: str | None = arg(group, "promoters, passives, critics or unasked", optional=True),
) -> Rows:
    """The groups by each client's last answer, or the clients of one group and what to do with them.

    The value is that of open deals in the book's currency. A critic is due for a call until one took place
    after the answer (config critic_days). Clients in the archive are left out.

    $ kam segment list
    $ kam segment list critics --where segment=Retail
    """
    if group is None:
        return overview(c, page)
    days = c.config.get("critic_days")
    c.book.conn.create_function("kam_critic_days", 0, lambda: days)
    if group == "critics":
        page.sort = page.sort or ["due_on"]
    where = "c.nps_group IS NULL" if group == "unasked" else "c.nps_group = ?"
    shown = CLIENTS.fetch(c, page, [(where, [] if group == "unasked" else [GROUPS[group]])])
    if group == "unasked":
        shown.show, shown.wide = (
            ("id", "name", "stage", "segment", "country", "last_contact_at"),
            ("country",),
        )
    elif group != "critics":
        shown.show = [name for name in shown.show if name != "due_on"]
    shown.title = f"{group.capitalize()} – {DEEDS[group]}: {rules.COMMANDS[GROUPS[group]].format('CLIENT')}"
    shown.empty = "none"
    return shown


def overview(c: Context, page: Page) -> Rows:
    """One row a group, led by the index of all clients that answered."""
    whole = not page.where and page.limit is None
    shown = OVERVIEW.fetch(c, page)
    for row in shown.rows:
        row["value_minor"] = deals.joined(row, "value")
    others = sum(row["deals_in_other_currencies"] for row in shown.rows)
    if others:
        c.note(f"{others} open deals are in other currencies than {c.currency} and not in the value")
    if whole and c.format == "table":
        n = {row["nps_group"]: row["clients"] for row in shown.rows}
        answered = n["promoter"], n["passive"], n["critic"]
        score = rules.index(rules.nps(*answered), rules.margin(*answered))
        shown.title = f"NPS {score} by the last answer of {sum(answered)} of {sum(n.values())} clients"
    shown.bar = "clients"
    return shown
