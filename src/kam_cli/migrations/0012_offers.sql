CREATE TABLE discounts (  -- rules that lower a price, or give a bonus on a year's turnover
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),  -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  kind TEXT NOT NULL CHECK (kind = 'volume' OR kind = 'payment' OR kind = 'promotion' OR kind = 'client' OR kind = 'bonus'),  -- volume, payment, promotion, client or bonus
  client_id INTEGER REFERENCES clients (id),     -- for this client only
  product_id INTEGER REFERENCES products (id),   -- on this product only …
  category TEXT,              -- … or on this category only
  category_key TEXT,          -- search key of it
  quantity_milli INTEGER CHECK (quantity_milli > 0),  -- from so many thousandths of a unit on
  amount_minor INTEGER CHECK (amount_minor > 0),  -- from so much money on, in minor units
  currency TEXT CHECK (length(currency) = 3),    -- ISO 4217 of it
  pay_days INTEGER CHECK (pay_days BETWEEN 0 AND 3660),  -- payment: paid within so many days; a surcharge: after so many
  discount_bp INTEGER NOT NULL CHECK (discount_bp BETWEEN -10000 AND 10000),  -- hundredths of a percent; below 0 a surcharge
  is_on_top INTEGER NOT NULL DEFAULT 0 CHECK (is_on_top BETWEEN 0 AND 1),  -- 1 where it is given beside other ones
  valid_from TEXT,            -- first local date
  valid_until TEXT,           -- last local date
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX discounts_client ON discounts (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX discounts_product ON discounts (product_id) WHERE product_id IS NOT NULL;

CREATE TABLE offers (  -- commercial offers
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  number TEXT NOT NULL,       -- as the client sees it: 2026-0012
  number_key TEXT NOT NULL,   -- search key of it
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- to whom
  contact_id INTEGER REFERENCES contacts (id),  -- to the attention of
  deal_id INTEGER REFERENCES deals (id),        -- for which deal
  status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status = 'draft' OR status = 'sent' OR status = 'accepted' OR status = 'rejected'),  -- draft, sent, accepted or rejected
  issued_on TEXT NOT NULL,    -- local date
  valid_until TEXT NOT NULL,  -- local date
  pay_days INTEGER NOT NULL DEFAULT 0 CHECK (pay_days BETWEEN 0 AND 3660),  -- days to pay
  language TEXT,              -- of the document: en, pl …
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217 of all its amounts
  discount_bp INTEGER NOT NULL DEFAULT 0 CHECK (discount_bp BETWEEN 0 AND 10000),  -- agreed for it beside the rules, in hundredths of a percent
  list_minor INTEGER NOT NULL,   -- sum at list prices, in minor units
  total_minor INTEGER NOT NULL,  -- what is asked, in minor units
  override TEXT,              -- why it may go below a floor price
  sent_at TEXT,               -- UTC
  decided_on TEXT,            -- local date on which it was accepted or rejected
  reason TEXT,                -- why it was rejected
  note TEXT,                  -- free text, printed on it
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX offers_client ON offers (client_id, issued_on);
CREATE INDEX offers_number ON offers (number);
CREATE INDEX offers_open ON offers (valid_until) WHERE status = 'sent' AND deleted_at IS NULL;
CREATE INDEX offers_contact ON offers (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX offers_deal ON offers (deal_id) WHERE deal_id IS NOT NULL;

CREATE TABLE offer_lines (  -- what an offer offers, in order
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  offer_id INTEGER NOT NULL REFERENCES offers (id),    -- of which offer
  product_id INTEGER REFERENCES products (id),         -- which product
  title TEXT NOT NULL,        -- what it was called then
  unit TEXT,                  -- what one of it is
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),  -- thousandths of a unit
  list_minor INTEGER NOT NULL CHECK (list_minor >= 0),  -- list price of one, in minor units
  net_minor INTEGER NOT NULL CHECK (net_minor >= 0),    -- what all of them cost, in minor units
  steps TEXT NOT NULL DEFAULT '[]'  -- how the price came about: JSON
) STRICT;
CREATE INDEX offer_lines_offer ON offer_lines (offer_id);
CREATE INDEX offer_lines_product ON offer_lines (product_id) WHERE product_id IS NOT NULL;
