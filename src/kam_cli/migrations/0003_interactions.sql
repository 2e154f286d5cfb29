CREATE TABLE stages (  -- the pipeline's stages
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  name TEXT NOT NULL,         -- as shown
  name_key TEXT NOT NULL,     -- search key of it
  position INTEGER NOT NULL,  -- order in the pipeline, from 1
  probability_pct INTEGER NOT NULL CHECK (probability_pct BETWEEN 0 AND 100),  -- default of deals in it, percent
  expected_days INTEGER NOT NULL CHECK (expected_days BETWEEN 0 AND 3660),  -- how long a deal should stay, days
  is_after_win INTEGER NOT NULL DEFAULT 0,  -- 1: work that follows the win, not counted in the pipeline
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from the list
) STRICT;

CREATE TABLE deals (  -- what may be sold to a client
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- the buyer
  contact_id INTEGER REFERENCES contacts (id),         -- the person it is worked with
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),  -- as typed
  title_key TEXT NOT NULL,    -- search key of it
  product TEXT,               -- what is sold
  value_minor INTEGER NOT NULL DEFAULT 0 CHECK (value_minor >= 0),  -- worth, minor units of the currency
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217
  probability_pct INTEGER CHECK (probability_pct BETWEEN 0 AND 100),  -- percent; none: the stage's
  stage_id INTEGER NOT NULL REFERENCES stages (id),  -- where it stands
  entered_stage_at TEXT NOT NULL,  -- UTC; since when
  status TEXT NOT NULL DEFAULT 'open' CHECK (status = 'open' OR status = 'won' OR status = 'lost'),  -- open, won, lost
  opened_on TEXT NOT NULL,    -- local date
  close_on TEXT,              -- local date on which it is expected to close
  closed_on TEXT,             -- local date on which it was won or lost
  reason TEXT,                -- why it was won or lost
  competitor TEXT,            -- who got it instead
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX deals_client ON deals (client_id);
CREATE INDEX deals_contact ON deals (contact_id);
CREATE INDEX deals_title ON deals (title_key);
-- deleted_at stands in the columns too: SQLite calls an index covering only if it holds all that the query names.
CREATE INDEX deals_pipeline ON deals (status, stage_id, currency, value_minor, probability_pct, entered_stage_at, deleted_at)
  WHERE deleted_at IS NULL;
CREATE INDEX deals_close ON deals (status, close_on) WHERE deleted_at IS NULL;
CREATE INDEX deals_closed ON deals (closed_on, status, currency, value_minor, opened_on, deleted_at)
  WHERE status <> 'open' AND deleted_at IS NULL;

CREATE TABLE deal_moves (  -- the way of each deal through the stages
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order
  deal_id INTEGER NOT NULL REFERENCES deals (id),   -- which deal
  from_stage_id INTEGER REFERENCES stages (id),     -- none: it was opened
  to_stage_id INTEGER NOT NULL REFERENCES stages (id),  -- where it went
  status TEXT NOT NULL,       -- status after the move: open, won or lost
  moved_at TEXT NOT NULL,     -- UTC
  close_on TEXT               -- expected date at that moment, local date
) STRICT;
CREATE INDEX deal_moves_deal ON deal_moves (deal_id, to_stage_id);
CREATE INDEX deal_moves_stage ON deal_moves (to_stage_id, deal_id);

CREATE TABLE interactions (  -- every contact on every channel
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- with whom
  contact_id INTEGER REFERENCES contacts (id),  -- the first person spoken to
  deal_id INTEGER REFERENCES deals (id),        -- about which deal
  kind TEXT NOT NULL,         -- call meeting email chat letter fax visit presentation note
  occurred_at TEXT NOT NULL,  -- UTC; planned ones: when it is to happen
  is_timed INTEGER NOT NULL DEFAULT 1,  -- 0: only the day is known, stored as noon
  direction TEXT CHECK (direction IS NULL OR direction = 'in' OR direction = 'out'),  -- who began it
  outcome TEXT,               -- held, no-show, reached, no-answer, left-message …
  minutes INTEGER CHECK (minutes BETWEEN 0 AND 1440),  -- how long it took
  text TEXT,                  -- what was said
  is_planned INTEGER NOT NULL DEFAULT 0,  -- 1: agreed, not yet held
  is_reached INTEGER GENERATED ALWAYS AS (kind <> 'note' AND is_planned = 0 AND coalesce(outcome, '') NOT IN
    ('no-answer', 'left-message', 'no-show', 'cancelled', 'bounced')) VIRTUAL,  -- 1: it resets the cadence
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX interactions_client ON interactions (client_id, occurred_at DESC);
CREATE INDEX interactions_reached ON interactions (client_id, occurred_at DESC) WHERE is_reached = 1 AND deleted_at IS NULL;
CREATE INDEX interactions_time ON interactions
  (occurred_at, kind, is_reached, minutes, outcome, client_id, is_planned, deleted_at);
CREATE INDEX interactions_planned ON interactions (occurred_at) WHERE is_planned = 1 AND deleted_at IS NULL;
CREATE INDEX interactions_deal ON interactions (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX interactions_contact ON interactions (contact_id) WHERE contact_id IS NOT NULL;

CREATE TABLE interaction_people (  -- further persons who took part
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  interaction_id INTEGER NOT NULL REFERENCES interactions (id),  -- in which interaction
  contact_id INTEGER NOT NULL REFERENCES contacts (id)           -- who
) STRICT;
CREATE INDEX interaction_people_interaction ON interaction_people (interaction_id);
CREATE INDEX interaction_people_contact ON interaction_people (contact_id);

CREATE TABLE interaction_points (  -- wishes of the client and decisions taken
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  interaction_id INTEGER NOT NULL REFERENCES interactions (id),  -- said in which interaction
  kind TEXT NOT NULL CHECK (kind = 'wish' OR kind = 'decision'),  -- wish or decision
  text TEXT NOT NULL          -- as typed
) STRICT;
CREATE INDEX interaction_points_interaction ON interaction_points (interaction_id);
