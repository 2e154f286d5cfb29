CREATE TABLE risk_signs (  -- warning signs that a client's reliability is judged by
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  name TEXT NOT NULL,         -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  weight INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 100),  -- how much it counts beside the others
  measure TEXT CHECK (measure = 'days-late' OR measure = 'broken-promises' OR measure = 'overdue'),  -- what of the book tells it: days-late, broken-promises or overdue; none: a person does
  text TEXT NOT NULL,         -- when it is seen
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;

CREATE TABLE risk_assessments (  -- judgements of a client's reliability; the last one counts
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- of whom
  assessed_on TEXT NOT NULL,  -- local date
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX risk_assessments_client ON risk_assessments (client_id, assessed_on DESC, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE risk_findings (  -- which sign was seen at an assessment and which was not; one that is not here is unknown
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  risk_assessment_id INTEGER NOT NULL REFERENCES risk_assessments (id),  -- at which assessment
  risk_sign_id INTEGER NOT NULL REFERENCES risk_signs (id),  -- which sign
  is_seen INTEGER NOT NULL CHECK (is_seen BETWEEN 0 AND 1),  -- 1: it was seen; 0: it was looked for and is not there
  evidence TEXT               -- what shows it
) STRICT;
CREATE INDEX risk_findings_assessment ON risk_findings (risk_assessment_id);
CREATE INDEX risk_findings_sign ON risk_findings (risk_sign_id);

-- A UUIDv7: the milliseconds of now, the version, and chance.
WITH defaults (id, name, weight, measure, text) AS (VALUES
  (1, 'registration', 15, NULL, 'not found in the register, being struck off, or registered less than a year ago'),
  (2, 'address', 8, NULL, 'the address is a mailbox or one that hundreds of firms share'),
  (3, 'no references', 6, NULL, 'names nobody who sells to it on deferred payment'),
  (4, 'bad references', 10, NULL, 'those it names, or others, warn of it'),
  (5, 'payment history', 12, NULL, 'a credit bureau or its suppliers report late or missing payments'),
  (6, 'disputes', 10, NULL, 'lawsuits, enforcement, or talk of insolvency'),
  (7, 'accounts', 8, NULL, 'publishes no accounts, or they show losses and debts beyond its means'),
  (8, 'first order', 6, NULL, 'the first order is far larger than its business needs'),
  (9, 'deferral', 6, NULL, 'presses for deferred payment from the first order on, whatever the price'),
  (10, 'changes', 6, NULL, 'changes its bank, name, owners or directors often'),
  (11, 'unreachable', 5, NULL, 'a free mail address and a mobile number only; nobody answers at the office'),
  (12, 'third party', 5, NULL, 'wants to pay from, or have delivered to, somebody else'),
  (13, 'late payments', 15, 'days-late', 'pays late, as the invoices in the book show'),
  (14, 'broken promises', 10, 'broken-promises', 'promised to pay by a day and did not, as the book shows'),
  (15, 'overdue now', 15, 'overdue', 'owes what was due long ago, as the book shows')
)
INSERT INTO risk_signs (id, uid, name, name_key, weight, measure, text, created_at, updated_at)
SELECT id, substr(ms, 1, 8) || '-' || substr(ms, 9) || '-7' || substr(chance, 1, 3) || '-a' || substr(chance, 4, 3) || '-' || substr(chance, 7, 12),
  name, name, weight, measure, text, at, at
FROM (SELECT *, printf('%012x', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)) AS ms, lower(hex(randomblob(9))) AS chance,
  strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS at FROM defaults);
