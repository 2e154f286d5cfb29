"""What the kernel knows of a task."""

from kam_cli.noun import Noun

NOUN = Noun(
    "task",
    "tasks",
    4,
    title="title",
    key="title_key",
    hint="coalesce((SELECT name FROM clients WHERE id = t.client_id) || ' ', '') || "
    "CASE WHEN t.done_at IS NOT NULL THEN 'done' ELSE coalesce('due ' || t.due_on, '') END",
    feeds=("tasks",),
    document="""
        SELECT t.id, t.client_id, t.title, coalesce(t.note, '') FROM tasks t
        WHERE t.deleted_at IS NULL AND t.id IN ({ids})""",
)
