CREATE TABLE terms (  -- what was agreed with a client about paying
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- with whom; one row each
  pay_days INTEGER CHECK (pay_days BETWEEN 0 AND 3660),  -- days to pay
  limit_minor INTEGER CHECK (limit_minor >= 0),  -- credit limit, in minor units
  currency TEXT CHECK (length(currency) = 3),    -- ISO 4217 of the limit
  language TEXT,              -- of letters to him: en, pl …
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT,            -- UTC; removed from every view
  CHECK (limit_minor IS NULL OR currency IS NOT NULL)
) STRICT;
CREATE INDEX terms_client ON terms (client_id);

CREATE TABLE invoices (  -- what clients have to pay
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  kind TEXT NOT NULL DEFAULT 'invoice' CHECK (kind = 'invoice' OR kind = 'refund'),  -- invoice, or credit paid back
  number TEXT,                -- as it stands on the paper
  number_key TEXT,            -- search key of it
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who has to pay
  order_id INTEGER REFERENCES orders (id),             -- for which order
  issued_on TEXT NOT NULL,    -- local date
  due_on TEXT NOT NULL,       -- local date
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),  -- in minor units
  open_minor INTEGER NOT NULL DEFAULT 0,  -- [maintained] what of it is not paid yet, in minor units
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX invoices_client ON invoices (client_id, due_on);
CREATE INDEX invoices_number ON invoices (number_key) WHERE number_key IS NOT NULL;
CREATE INDEX invoices_issued ON invoices (issued_on, currency, amount_minor) WHERE deleted_at IS NULL;
CREATE INDEX invoices_order ON invoices (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX invoices_open ON invoices (due_on) WHERE open_minor > 0 AND deleted_at IS NULL;
CREATE INDEX invoices_owed ON invoices (client_id, currency, due_on, issued_on, open_minor)
  WHERE open_minor > 0 AND deleted_at IS NULL;

CREATE TABLE payments (  -- what came in, and what was written off
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who paid
  order_id INTEGER REFERENCES orders (id),             -- for which order, where it was said
  kind TEXT NOT NULL DEFAULT 'payment' CHECK (kind = 'payment' OR kind = 'write-off'),  -- payment or write-off
  method TEXT,                -- transfer, card, cash …
  paid_on TEXT NOT NULL,      -- local date
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),  -- in minor units
  free_minor INTEGER NOT NULL DEFAULT 0,  -- [maintained] what of it pays no invoice: the client's credit, in minor units
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX payments_client ON payments (client_id, paid_on);
CREATE INDEX payments_order ON payments (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payments_free ON payments (client_id, currency, paid_on, free_minor)
  WHERE free_minor > 0 AND deleted_at IS NULL;

CREATE TABLE allocations (  -- which payment pays which invoice
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  payment_id INTEGER NOT NULL REFERENCES payments (id),  -- of this payment …
  invoice_id INTEGER NOT NULL REFERENCES invoices (id),  -- … for that invoice
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),  -- so much, in minor units
  allocated_on TEXT NOT NULL, -- local date from which it counts: when both were there
  credit_from TEXT            -- local date of the payment, where it waited for the invoice as credit
) STRICT;
CREATE INDEX allocations_payment ON allocations (payment_id, amount_minor);
CREATE INDEX allocations_invoice ON allocations (invoice_id, allocated_on, amount_minor);
CREATE INDEX allocations_credit ON allocations (credit_from, allocated_on, payment_id, amount_minor)
  WHERE credit_from IS NOT NULL;
CREATE INDEX allocations_day ON allocations (allocated_on, invoice_id, payment_id, amount_minor);

CREATE TABLE promises (  -- promises of clients to pay
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who promised
  contact_id INTEGER REFERENCES contacts (id),         -- the person who did
  invoice_id INTEGER REFERENCES invoices (id),         -- for which invoice; none: for what is due
  promised_on TEXT NOT NULL,  -- local date on which it was said
  due_on TEXT NOT NULL,       -- local date by which it is to be paid
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),  -- how much, in minor units
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX promises_client ON promises (client_id, due_on);
CREATE INDEX promises_due ON promises (due_on) WHERE deleted_at IS NULL;
CREATE INDEX promises_contact ON promises (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX promises_invoice ON promises (invoice_id) WHERE invoice_id IS NOT NULL;

CREATE TABLE debt_letters (  -- reminders to pay that were sent
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- to whom
  interaction_id INTEGER REFERENCES interactions (id), -- where it stands in the log
  level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 9),  -- how urgent it was
  language TEXT,              -- of the text
  sent_on TEXT NOT NULL,      -- local date
  created_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX debt_letters_client ON debt_letters (client_id, sent_on);
CREATE INDEX debt_letters_interaction ON debt_letters (interaction_id) WHERE interaction_id IS NOT NULL;
