CREATE TABLE tasks (  -- what is to be done, mostly by a day
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 2000),  -- as typed
  title_key TEXT NOT NULL,    -- search key of it
  client_id INTEGER REFERENCES clients (id),    -- for whom
  contact_id INTEGER REFERENCES contacts (id),  -- with whom
  deal_id INTEGER REFERENCES deals (id),        -- for which deal
  interaction_id INTEGER REFERENCES interactions (id),  -- promised in which interaction
  due_on TEXT,                -- local date
  due_time TEXT,              -- local time HH:MM, where one was given
  repeat_rule TEXT,           -- 2w, 1m, mon,thu …
  repeat_from TEXT NOT NULL DEFAULT 'due' CHECK (repeat_from = 'due' OR repeat_from = 'done'),  -- the next is counted from
  anchor_on TEXT,             -- local date whose day of the month a monthly or yearly rule keeps
  done_at TEXT,               -- UTC; when it was done
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX tasks_due ON tasks (due_on, due_time) WHERE done_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_client ON tasks (client_id);
CREATE INDEX tasks_contact ON tasks (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX tasks_deal ON tasks (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX tasks_interaction ON tasks (interaction_id) WHERE interaction_id IS NOT NULL;

CREATE TABLE deliveries (  -- reminders that were sent, so that each is sent once a channel [outside undo]
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  channel TEXT NOT NULL,      -- stdout, mail or desktop
  item TEXT NOT NULL,         -- noun, number and due day of the item
  delivered_at TEXT NOT NULL  -- UTC
) STRICT;
CREATE UNIQUE INDEX deliveries_item ON deliveries (channel, item);
