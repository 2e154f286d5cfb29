ALTER TABLE contacts ADD COLUMN merged_into_id INTEGER  -- the card that took this one over
  REFERENCES contacts (id);

CREATE TABLE different_clients (  -- pairs of clients that look alike and were judged not to be one
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- the one of the lower number
  other_id INTEGER NOT NULL REFERENCES clients (id),   -- the other
  created_at TEXT NOT NULL    -- UTC; when it was judged
) STRICT;
CREATE INDEX different_clients_client ON different_clients (client_id);
CREATE INDEX different_clients_other ON different_clients (other_id);

CREATE TABLE different_contacts (  -- pairs of contacts that look alike and were judged not to be one
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  contact_id INTEGER NOT NULL REFERENCES contacts (id),  -- the one of the lower number
  other_id INTEGER NOT NULL REFERENCES contacts (id),    -- the other
  created_at TEXT NOT NULL    -- UTC; when it was judged
) STRICT;
CREATE INDEX different_contacts_contact ON different_contacts (contact_id);
CREATE INDEX different_contacts_other ON different_contacts (other_id);

CREATE INDEX clients_merged ON clients (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX contacts_merged ON contacts (merged_into_id) WHERE merged_into_id IS NOT NULL;
