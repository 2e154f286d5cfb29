CREATE TABLE loyalty_programmes (  -- programmes that reward clients who come back
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),  -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  basis TEXT NOT NULL CHECK (basis = 'turnover' OR basis = 'purchases'),  -- what tiers are reached by: turnover or purchases
  window_months INTEGER NOT NULL CHECK (window_months BETWEEN 1 AND 120),  -- of how many months up to today
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217; orders in another one do not count
  earn_points INTEGER NOT NULL DEFAULT 0 CHECK (earn_points BETWEEN 0 AND 1000000),  -- so many points …
  earn_minor INTEGER NOT NULL DEFAULT 1 CHECK (earn_minor > 0),  -- … for so much of an order, in minor units
  expire_months INTEGER CHECK (expire_months BETWEEN 1 AND 120),  -- how long points hold; none: for ever
  is_repeat_only INTEGER NOT NULL DEFAULT 0 CHECK (is_repeat_only BETWEEN 0 AND 1),  -- 1 where the first order of a client earns nothing
  starts_on TEXT NOT NULL,    -- local date; orders from this day on earn points
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX loyalty_programmes_name ON loyalty_programmes (name_key);

CREATE TABLE loyalty_tiers (  -- the tiers of a programme
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  programme_id INTEGER NOT NULL REFERENCES loyalty_programmes (id),  -- of which programme
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),  -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  from_value INTEGER NOT NULL CHECK (from_value >= 0),  -- reached from so much turnover, in minor units, or so many purchases on
  discount_bp INTEGER NOT NULL DEFAULT 0 CHECK (discount_bp BETWEEN 0 AND 10000),  -- hundredths of a percent off
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX loyalty_tiers_programme ON loyalty_tiers (programme_id, from_value);

CREATE TABLE loyalty_members (  -- who takes part
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  programme_id INTEGER NOT NULL REFERENCES loyalty_programmes (id),  -- in which programme
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who
  joined_on TEXT NOT NULL,    -- local date; orders from this day on earn points
  created_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX loyalty_members_programme ON loyalty_members (programme_id, client_id);
CREATE INDEX loyalty_members_client ON loyalty_members (client_id);

CREATE TABLE loyalty_spendings (  -- points that clients spent; what they earned is worked out from their orders
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  programme_id INTEGER NOT NULL REFERENCES loyalty_programmes (id),  -- in which programme
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who
  spent_on TEXT NOT NULL,     -- local date
  points INTEGER NOT NULL CHECK (points > 0),  -- how many
  note TEXT,                  -- for what
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX loyalty_spendings_client ON loyalty_spendings (client_id, programme_id);
CREATE INDEX loyalty_spendings_programme ON loyalty_spendings (programme_id);
