"""What clients put on the agenda: a broken rhythm, a critic whom nobody called back, dates to remember."""

from kam_cli.agenda import Hit, Part

_CARED_FOR = "c.deleted_at IS NULL AND c.archived_at IS NULL"
_CALL = "kam log call {client} …"
_SILENT = "CAST(julianday(:today) - julianday(c.next_due_on) AS INTEGER) + c.cadence_days"

PARTS = (
    Part(
        "cadence",
        "cadence",
        source="clients c",
        where=f"{_CARED_FOR} AND c.next_due_on <= :today",
        columns=f"""c.id, CASE WHEN c.last_contact_at IS NULL THEN 'never reached'
            ELSE ({_SILENT}) || ' days silent' END || ', agreed ' || c.cadence_days AS text,
            c.next_due_on AS due_on, NULL AS due_time""",
        order="c.next_due_on, c.id",
        command=_CALL,
        now="1",
    ),
    Part(
        "critic",
        "critic",
        # Left to itself, SQLite would walk through all critics, also those who were called back long ago.
        source="clients c INDEXED BY clients_critics",
        where=f"{_CARED_FOR} AND c.nps_group = 'critic' "
        "AND (c.last_contact_at IS NULL OR c.last_contact_at <= c.nps_answered_at)",
        columns="""c.id,
            a.score || coalesce(': ' || a.reason, '') || coalesce(' (' || p.name || ')', '') AS text,
            date(a.answered_on, '+' || :critic_days || ' days') AS due_on, NULL AS due_time""",
        joins="""JOIN nps_answers a ON a.id = (SELECT n.id FROM nps_answers n WHERE n.client_id = c.id
            AND n.deleted_at IS NULL ORDER BY n.answered_at DESC, n.id DESC LIMIT 1)
            LEFT JOIN contacts p ON p.id = a.contact_id""",
        order="c.nps_answered_at, c.id",
        command=_CALL,
        now="1",
    ),
    Part(
        "date",
        "birthday",
        source="json_each(:dates) d CROSS JOIN clients c ON c.birthday_md = d.key AND c.birthday IS NOT NULL",
        where=_CARED_FOR,
        columns="""c.id, 'birthday' || CASE WHEN c.birthday > '0'
            THEN ' (' || (substr(d.value, 1, 4) - substr(c.birthday, 1, 4)) || ')' ELSE '' END AS text,
            d.value AS due_on, NULL AS due_time""",
        order="d.value, c.id",
        command=_CALL,
        now="d.value = :today",
    ),
    Part(
        "date",
        "date",
        source="json_each(:dates) d CROSS JOIN details x ON x.kind = 'date' AND x.value_key = d.key "
        "JOIN clients c ON c.id = x.client_id",
        # A day of a year to come is not yet an anniversary.
        where=f"{_CARED_FOR} AND x.value <= d.value",
        columns="""c.id, coalesce(x.label, 'a date to remember') ||
            CASE WHEN x.value > '0' AND x.value < d.value
            THEN ' (' || (substr(d.value, 1, 4) - substr(x.value, 1, 4)) || ' years)' ELSE '' END AS text,
            d.value AS due_on, NULL AS due_time""",
        order="d.value, c.id",
        command=_CALL,
        now="d.value = :today",
    ),
)

HIT = Hit("t.name", "t.kind", "kam client show {client}", due_on="t.next_due_on")
