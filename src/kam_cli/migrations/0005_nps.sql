CREATE TABLE nps_answers (  -- answers to "How likely are you to recommend us?"
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- the client …
  contact_id INTEGER REFERENCES contacts (id),         -- … and the person who answered
  score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),  -- 0–10
  reason TEXT,                -- the main reason, in the client's words
  product TEXT,               -- about which product
  answered_on TEXT NOT NULL,  -- local date
  answered_at TEXT NOT NULL,  -- UTC; the end of that day where it was entered later
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX nps_answers_client ON nps_answers (client_id, answered_at DESC, id DESC, score, deleted_at);
CREATE INDEX nps_answers_contact ON nps_answers (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX nps_answers_period ON nps_answers (answered_on, score) WHERE deleted_at IS NULL;
