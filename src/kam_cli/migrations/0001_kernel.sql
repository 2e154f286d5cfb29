CREATE TABLE meta (  -- the book's own settings; always one row
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- always 1
  book_uid TEXT NOT NULL,     -- UUIDv7 of this book, kept by copies of it
  device_uid TEXT NOT NULL,   -- UUIDv7 of the device that made it
  owner_name TEXT,            -- who keeps the book
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217 code of amounts typed without one
  tz TEXT NOT NULL,           -- IANA time zone in which the owner's days begin
  country TEXT CHECK (length(country) = 2),  -- ISO 3166 alpha-2 of the owner
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;

CREATE TABLE commands (  -- every command that changed the book, in order
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order
  at TEXT NOT NULL,           -- UTC by the wall clock
  line TEXT NOT NULL,         -- the command line that did it
  kind TEXT NOT NULL DEFAULT 'do'
    CHECK (kind = 'do' OR kind = 'undo' OR kind = 'redo' OR kind = 'final'),  -- do, undo, redo; final: cannot be taken back
  target_id INTEGER REFERENCES commands (id),  -- the command that an undo or redo reverted
  is_undone INTEGER NOT NULL DEFAULT 0  -- 1 where a later command took it back
) STRICT;

CREATE TABLE journal (  -- every change of a row, written by triggers
  id INTEGER PRIMARY KEY,     -- the order
  command_id INTEGER REFERENCES commands (id),  -- the command it belongs to; none where another program wrote
  at TEXT,                    -- UTC, only where no command tells the time
  tbl TEXT NOT NULL,          -- the table changed
  row_id INTEGER NOT NULL,    -- the row changed, or the first of a range inserted in bulk
  last_id INTEGER,            -- the last of such a range
  op TEXT NOT NULL,           -- insert, update or delete
  before TEXT                 -- the row before it, as JSON; none for an insert
) STRICT;
CREATE INDEX journal_command ON journal (command_id);
CREATE INDEX journal_row ON journal (tbl, row_id);

CREATE TABLE journal_state (  -- what the triggers look at; always one row
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- always 1
  command_id INTEGER,         -- the command now writing; none between commands
  is_bulk INTEGER NOT NULL DEFAULT 0,      -- 1 while inserts are journalled as one range
  refreshed_id INTEGER NOT NULL DEFAULT 0  -- the last journal entry whose derived data is up to date
) STRICT;
INSERT INTO journal_state (id) VALUES (1);

CREATE TABLE external_ids (  -- what records are called in the programs they were imported from
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  source TEXT NOT NULL,       -- name of the other program or file
  noun TEXT NOT NULL,         -- client, contact, deal …
  external_id TEXT NOT NULL,  -- its id there, as text
  row_id INTEGER NOT NULL     -- its local number here
) STRICT;
CREATE INDEX external_ids_key ON external_ids (noun, source, external_id);
CREATE INDEX external_ids_row ON external_ids (noun, row_id);

CREATE TABLE imported_files (  -- files without ids of their own that were imported, so that none comes in twice
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  digest TEXT NOT NULL,       -- SHA-256 of the file, of the noun and of the column map
  noun TEXT NOT NULL,         -- what it was imported as
  name TEXT NOT NULL,         -- the file's name
  imported_at TEXT NOT NULL   -- UTC
) STRICT;
CREATE INDEX imported_files_digest ON imported_files (digest);

CREATE TABLE column_maps (  -- column maps given for a source, used again for its next file [outside undo]
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  source TEXT NOT NULL,       -- name of the other program or file
  noun TEXT NOT NULL,         -- what it is imported as
  map TEXT NOT NULL           -- JSON object: their column → our field
) STRICT;
CREATE UNIQUE INDEX column_maps_key ON column_maps (source, noun);

CREATE TABLE erasures (  -- persons who were erased, so that a restored backup loses them again [outside undo]
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  digest TEXT NOT NULL,       -- SHA-256 of the uid, in hex; nothing else is kept of the person
  erased_at TEXT NOT NULL,    -- UTC
  is_texts INTEGER NOT NULL DEFAULT 0,  -- 1: the names were taken out of the texts of others, too
  settled_at TEXT             -- UTC; since when no free page holds anything of it; none: still to be done
) STRICT;
CREATE UNIQUE INDEX erasures_digest ON erasures (digest);

CREATE VIRTUAL TABLE search USING fts5 (  -- search index: folded texts of all that can be found [outside undo]
  title, body, client_id UNINDEXED, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3'
);
