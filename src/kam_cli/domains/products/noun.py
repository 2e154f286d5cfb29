"""What the kernel knows of a product."""

from kam_cli.noun import Noun

NOUN = Noun(
    "product",
    "products",
    10,
    title="name",
    key="name_key",
    client="NULL",
    hint="nullif(trim(coalesce(t.sku || ' ', '') || coalesce(t.category, '')), '')",
    exact=("SELECT id FROM products WHERE sku = :raw COLLATE NOCASE",),
    feeds=("products", "product_facts.product_id"),
    document="""
        SELECT p.id, NULL AS client_id, p.name || coalesce(' ' || p.sku, ''),
          coalesce(p.category, '') || ' ' || coalesce(p.packaging, '') || ' ' || coalesce(p.conditions, '') || ' ' ||
          coalesce(p.description, '') || ' ' || coalesce(p.note, '') ||
          coalesce((SELECT ' ' || group_concat(coalesce(label || ' ', '') || text, ' ') FROM product_facts
            WHERE product_id = p.id), '')
        FROM products p WHERE p.deleted_at IS NULL AND p.id IN ({ids})""",
)
