CREATE TABLE details_with_e164 (  -- phones, e-mails, tags, hobbies … : what a card can hold any number of
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER REFERENCES clients (id),    -- whose card: a client's …
  contact_id INTEGER REFERENCES contacts (id),  -- … or a contact's
  kind TEXT NOT NULL,         -- phone email social address website date hobby family preference tag fact
  label TEXT,                 -- work, mobile, linkedin, wedding, wife …
  value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 2000),  -- as typed; a date as YYYY-MM-DD or --MM-DD
  value_key TEXT NOT NULL,    -- comparable form: digits of a phone, folded e-mail or text, MM-DD of a date
  e164 TEXT,                  -- of a phone: its international form, as +48600100200; none where it is not known
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  CHECK ((client_id IS NULL) <> (contact_id IS NULL))
) STRICT;
INSERT INTO details_with_e164 (id, uid, client_id, contact_id, kind, label, value, value_key, created_at, updated_at)
  SELECT id, uid, client_id, contact_id, kind, label, value, value_key, created_at, updated_at FROM details;
-- Numbers of removed rows are not given again either.
DELETE FROM sqlite_sequence WHERE name = 'details_with_e164';
INSERT INTO sqlite_sequence (name, seq) SELECT 'details_with_e164', seq FROM sqlite_sequence WHERE name = 'details';
DROP TABLE details;
ALTER TABLE details_with_e164 RENAME TO details;
CREATE INDEX details_client ON details (client_id, kind);
CREATE INDEX details_contact ON details (contact_id, kind);
CREATE INDEX details_value ON details (kind, value_key);
CREATE INDEX details_e164 ON details (e164) WHERE e164 IS NOT NULL;
