"""What contact persons put on the agenda: their birthdays and other dates."""

from kam_cli.agenda import Hit, Part

_CARED_FOR = "p.deleted_at IS NULL AND c.archived_at IS NULL"
_CALL = "kam log call {client} --with {id} …"

PARTS = (
    Part(
        "date",
        "birthday",
        source="json_each(:dates) d "
        "CROSS JOIN contacts p ON p.birthday_md = d.key AND p.birthday IS NOT NULL "
        "LEFT JOIN clients c ON c.id = p.client_id",
        where=_CARED_FOR,
        columns="""p.id, 'birthday: ' || p.name || CASE WHEN p.birthday > '0'
            THEN ' (' || (substr(d.value, 1, 4) - substr(p.birthday, 1, 4)) || ')' ELSE '' END AS text,
            d.value AS due_on, NULL AS due_time""",
        order="d.value, p.id",
        command=_CALL,
        now="d.value = :today",
    ),
    Part(
        "date",
        "date",
        source="json_each(:dates) d CROSS JOIN details x ON x.kind = 'date' AND x.value_key = d.key "
        "JOIN contacts p ON p.id = x.contact_id LEFT JOIN clients c ON c.id = p.client_id",
        # A day of a year to come is not yet an anniversary.
        where=f"{_CARED_FOR} AND x.value <= d.value",
        columns="""p.id, coalesce(x.label, 'a date to remember') || ': ' || p.name ||
            CASE WHEN x.value > '0' AND x.value < d.value
            THEN ' (' || (substr(d.value, 1, 4) - substr(x.value, 1, 4)) || ' years)' ELSE '' END AS text,
            d.value AS due_on, NULL AS due_time""",
        order="d.value, p.id",
        command=_CALL,
        now="d.value = :today",
    ),
)

HIT = Hit("t.name || coalesce(', ' || t.title, '')", "coalesce(t.role, 'contact')", "kam contact show {id}")
