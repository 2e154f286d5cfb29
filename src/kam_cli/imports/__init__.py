"""Import of tables: one engine for all nouns, each of which declares its fields in its own folder."""
