CREATE TABLE contracts (  -- contracts with clients, from the draft to their end
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  number TEXT,                -- as it stands on the paper
  number_key TEXT,            -- search key of it
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- with whom
  contact_id INTEGER REFERENCES contacts (id),  -- the person who signs or negotiates it
  deal_id INTEGER REFERENCES deals (id),        -- after which deal
  title TEXT NOT NULL,        -- as typed
  title_key TEXT NOT NULL,    -- search key of the title
  status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status = 'draft' OR status = 'in-negotiation' OR status = 'signed' OR status = 'ended'),  -- draft, in-negotiation, signed or ended; what a signed one is today follows from its days
  value_minor INTEGER CHECK (value_minor >= 0),  -- what it is worth, in minor units
  currency TEXT CHECK (length(currency) = 3),    -- ISO 4217 of it
  starts_on TEXT,             -- first local date on which it holds; none: from the signature
  ends_on TEXT,               -- last local date on which it holds; none: without end
  notice_days INTEGER NOT NULL DEFAULT 30 CHECK (notice_days BETWEEN 0 AND 3660),  -- so many days before the end its renewal comes up
  notice_on TEXT GENERATED ALWAYS AS (date(ends_on, '-' || notice_days || ' days')) VIRTUAL,  -- local date from which it does
  is_referral INTEGER NOT NULL DEFAULT 0 CHECK (is_referral BETWEEN 0 AND 1),  -- 1: it has a clause by which the client recommends us
  signed_on TEXT,             -- local date
  extended_on TEXT,           -- local date on which its end was last put off
  ended_on TEXT,              -- local date on which it ends, or ended, by decision
  reason TEXT,                -- why it ended
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT,            -- UTC; removed from every view
  CHECK (value_minor IS NULL OR currency IS NOT NULL),
  CHECK (status <> 'signed' OR signed_on IS NOT NULL)
) STRICT;
CREATE INDEX contracts_client ON contracts (client_id);
CREATE INDEX contracts_number ON contracts (number_key) WHERE number_key IS NOT NULL;
CREATE INDEX contracts_contact ON contracts (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX contracts_deal ON contracts (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX contracts_notice ON contracts (notice_on, ends_on) WHERE status = 'signed' AND ended_on IS NULL AND deleted_at IS NULL;

CREATE TABLE contract_clauses (  -- protocol of disagreements: clauses on which the parties differ, or differed
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  contract_id INTEGER NOT NULL REFERENCES contracts (id),  -- of which contract
  clause TEXT NOT NULL,       -- which one: 4.2, § 7 payment …
  clause_key TEXT NOT NULL,   -- search key of it
  ours TEXT,                  -- our wording
  theirs TEXT,                -- the wording that the client wants
  agreed TEXT,                -- what was agreed; none: still open
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX contract_clauses_contract ON contract_clauses (contract_id);

CREATE TABLE contract_versions (  -- the wordings that a contract went through
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  contract_id INTEGER NOT NULL REFERENCES contracts (id),  -- of which contract
  number INTEGER NOT NULL CHECK (number > 0),  -- 1, 2, 3 …
  made_on TEXT NOT NULL,      -- local date
  note TEXT,                  -- what changed
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX contract_versions_contract ON contract_versions (contract_id, number);

CREATE TABLE contract_files (  -- files that belong to a contract; they stay where they are
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  contract_id INTEGER NOT NULL REFERENCES contracts (id),  -- of which contract
  contract_version_id INTEGER REFERENCES contract_versions (id),  -- the version that it is; none: a document beside it
  path TEXT NOT NULL,         -- where it lay when it was attached
  sha256 TEXT NOT NULL,  -- SHA-256 of what it held then, in hex
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),  -- how long it was
  attached_on TEXT NOT NULL,  -- local date
  note TEXT,                  -- what it is
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX contract_files_contract ON contract_files (contract_id);
CREATE INDEX contract_files_version ON contract_files (contract_version_id) WHERE contract_version_id IS NOT NULL;
