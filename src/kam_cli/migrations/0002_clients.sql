CREATE TABLE clients (  -- companies and private persons
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  handle TEXT NOT NULL,       -- short name without spaces, to type
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),  -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  kind TEXT NOT NULL DEFAULT 'company' CHECK (kind = 'company' OR kind = 'person'),  -- company or person
  stage TEXT NOT NULL DEFAULT 'prospect'
    CHECK (stage = 'prospect' OR stage = 'new' OR stage = 'regular' OR stage = 'key' OR stage = 'lost'),  -- lifecycle
  segment TEXT,               -- market segment
  source TEXT,                -- how the client was found
  country TEXT CHECK (length(country) = 2),  -- ISO 3166 alpha-2
  region TEXT,                -- state, province, county
  city TEXT,                  -- as typed
  city_key TEXT,              -- search key of the city
  postcode TEXT,              -- as typed
  address TEXT,               -- street and number of the first address
  website TEXT,               -- URL or host name
  document_no TEXT,           -- registration, tax or identity document number
  birthday TEXT,              -- of a person: YYYY-MM-DD or --MM-DD
  birthday_md TEXT GENERATED ALWAYS AS (substr(birthday, -5)) VIRTUAL,  -- month and day of it
  cadence_days INTEGER CHECK (cadence_days BETWEEN 1 AND 3660),  -- agreed rhythm of contacts, days
  since_on TEXT,              -- client since this local date
  verified_on TEXT,           -- the card was last checked on this local date
  note TEXT,                  -- free text
  archived_at TEXT,           -- UTC; put aside, still found
  merged_into_id INTEGER REFERENCES clients (id),  -- the card that took this one over
  last_contact_at TEXT,       -- [maintained] UTC; the last contact that reached the client
  next_due_on TEXT,           -- [maintained] local date; last contact (or first entry) + cadence
  nps_score INTEGER,          -- [maintained] score of the last answer, 0–10
  nps_group TEXT,             -- [maintained] promoter, passive or critic by it
  nps_answered_at TEXT,       -- [maintained] UTC; when that answer was given
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX clients_name ON clients (name_key);
CREATE INDEX clients_handle ON clients (handle);
CREATE INDEX clients_city ON clients (city_key, name_key);
CREATE INDEX clients_due ON clients (next_due_on) WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX clients_nps ON clients (nps_group, nps_answered_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_critics ON clients (nps_answered_at) WHERE nps_group = 'critic' AND deleted_at IS NULL
  AND archived_at IS NULL AND (last_contact_at IS NULL OR last_contact_at <= nps_answered_at);
CREATE INDEX clients_birthday ON clients (birthday_md) WHERE birthday IS NOT NULL;

CREATE TABLE contacts (  -- persons at a client, or persons whose firm is not known
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER REFERENCES clients (id),  -- where the person works
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),  -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  first_name TEXT,            -- given name
  last_name TEXT,             -- family name
  title TEXT,                 -- position in the firm
  sex TEXT CHECK (sex = 'f' OR sex = 'm'),  -- f or m, where known
  role TEXT CHECK (role IS NULL OR role = 'decision-maker' OR role = 'influencer' OR role = 'user'
    OR role = 'gatekeeper' OR role = 'sponsor' OR role = 'blocker' OR role = 'buyer' OR role = 'initiator'),  -- in the decision
  birthday TEXT,              -- YYYY-MM-DD or --MM-DD
  birthday_md TEXT GENERATED ALWAYS AS (substr(birthday, -5)) VIRTUAL,  -- month and day of it
  verified_on TEXT,           -- the card was last checked on this local date
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX contacts_client ON contacts (client_id);
CREATE INDEX contacts_name ON contacts (name_key);
CREATE INDEX contacts_birthday ON contacts (birthday_md) WHERE birthday IS NOT NULL;

CREATE TABLE details (  -- phones, e-mails, tags, hobbies … : what a card can hold any number of
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER REFERENCES clients (id),    -- whose card: a client's …
  contact_id INTEGER REFERENCES contacts (id),  -- … or a contact's
  kind TEXT NOT NULL,         -- phone email social address website date hobby family preference tag fact
  label TEXT,                 -- work, mobile, linkedin, wedding, wife …
  value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 2000),  -- as typed; a date as YYYY-MM-DD or --MM-DD
  value_key TEXT NOT NULL,    -- comparable form: digits of a phone, folded e-mail or text, MM-DD of a date
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  CHECK ((client_id IS NULL) <> (contact_id IS NULL))
) STRICT;
CREATE INDEX details_client ON details (client_id, kind);
CREATE INDEX details_contact ON details (contact_id, kind);
CREATE INDEX details_value ON details (kind, value_key);

CREATE TABLE aliases (  -- further names under which a client or contact is found
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  client_id INTEGER REFERENCES clients (id),    -- whose name: a client's …
  contact_id INTEGER REFERENCES contacts (id),  -- … or a contact's
  name TEXT NOT NULL,         -- as typed
  name_key TEXT NOT NULL,     -- search key of it
  created_at TEXT NOT NULL,   -- UTC
  CHECK ((client_id IS NULL) <> (contact_id IS NULL))
) STRICT;
CREATE INDEX aliases_name ON aliases (name_key);
CREATE INDEX aliases_client ON aliases (client_id);
CREATE INDEX aliases_contact ON aliases (contact_id);
