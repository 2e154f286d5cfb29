CREATE TABLE sync_items (  -- what a folder for telephones held after the last time it was brought up to date [outside undo]
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  folder TEXT NOT NULL,       -- absolute path of the folder
  name TEXT NOT NULL,         -- path of the file in it, after the uid of the record it shows
  shown TEXT NOT NULL,        -- SHA-256 of what the book said
  file TEXT NOT NULL,         -- SHA-256 of the file's bytes
  synced_at TEXT NOT NULL     -- UTC
) STRICT;
CREATE UNIQUE INDEX sync_items_name ON sync_items (folder, name);
