CREATE TABLE orders (  -- what clients ordered
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 500),  -- as the client or another program calls it; 2026-0012 of our own
  number_key TEXT NOT NULL,   -- search key of the number
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who ordered
  contact_id INTEGER REFERENCES contacts (id),  -- the person who did
  deal_id INTEGER REFERENCES deals (id),        -- of which deal
  offer_id INTEGER REFERENCES offers (id),      -- after which offer
  status TEXT NOT NULL DEFAULT 'taken'
    CHECK (status = 'taken' OR status = 'in-work' OR status = 'part-delivered' OR status = 'delivered'
    OR status = 'returned' OR status = 'cancelled'),  -- taken, in-work, part-delivered, delivered, returned or cancelled
  ordered_on TEXT NOT NULL,   -- local date
  due_on TEXT,                -- local date that was promised
  shipped_on TEXT,            -- local date on which the last of it was delivered
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217 of all its amounts
  given_minor INTEGER NOT NULL DEFAULT 0,  -- what it came to, as told, in minor units; counts where there are no lines
  total_minor INTEGER NOT NULL DEFAULT 0,  -- [maintained] in minor units; with lines their sum, rounded once, halves up
  total_rest INTEGER NOT NULL DEFAULT 0,   -- [maintained] what that rounding left, in 10^-7 of a minor unit
  reason TEXT,                -- why it was cancelled or returned
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX orders_client ON orders (client_id, ordered_on);
CREATE INDEX orders_number ON orders (number_key);
CREATE INDEX orders_period ON orders (ordered_on, currency, total_minor, total_rest) WHERE deleted_at IS NULL AND status <> 'cancelled' AND status <> 'returned';
CREATE INDEX orders_revenue ON orders (client_id, currency, ordered_on, total_minor, total_rest) WHERE deleted_at IS NULL AND status <> 'cancelled' AND status <> 'returned';
CREATE INDEX orders_due ON orders (due_on) WHERE deleted_at IS NULL AND (status = 'taken' OR status = 'in-work' OR status = 'part-delivered');
CREATE INDEX orders_contact ON orders (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX orders_deal ON orders (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX orders_offer ON orders (offer_id) WHERE offer_id IS NOT NULL;

CREATE TABLE order_lines (  -- what an order consists of, in order
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  order_id INTEGER NOT NULL REFERENCES orders (id),    -- of which order
  product_id INTEGER REFERENCES products (id),         -- which product
  title TEXT NOT NULL,        -- what it was called then
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),  -- thousandths of a unit
  unit_price_minor INTEGER NOT NULL CHECK (unit_price_minor >= 0),  -- of one, in minor units
  discount_bp INTEGER NOT NULL DEFAULT 0 CHECK (discount_bp BETWEEN 0 AND 10000),  -- hundredths of a percent
  net_minor INTEGER CHECK (net_minor >= 0),  -- what was agreed for all of them, in minor units; none: by price and discount
  amount_minor INTEGER NOT NULL,  -- what all of them cost, in minor units, rounded halves up …
  amount_rest INTEGER NOT NULL DEFAULT 0  -- … and what that rounding left, in 10^-7 of a minor unit
) STRICT;
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_product ON order_lines (product_id) WHERE product_id IS NOT NULL;

CREATE TABLE order_tags (  -- words by which orders are grouped: who took it, the channel …
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  order_id INTEGER NOT NULL REFERENCES orders (id),  -- of which order
  tag TEXT NOT NULL,          -- as typed
  tag_key TEXT NOT NULL       -- search key of it
) STRICT;
CREATE INDEX order_tags_order ON order_tags (order_id);
CREATE INDEX order_tags_tag ON order_tags (tag_key);

CREATE TABLE order_parts (  -- parts of an order handed to departments
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  order_id INTEGER NOT NULL REFERENCES orders (id),  -- of which order
  department TEXT NOT NULL,   -- as typed
  department_key TEXT NOT NULL,  -- search key of it
  text TEXT NOT NULL,         -- what it has to do
  handed_on TEXT NOT NULL,    -- local date on which they got it
  due_on TEXT,                -- local date that was promised
  done_on TEXT,               -- local date
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX order_parts_order ON order_parts (order_id);
CREATE INDEX order_parts_due ON order_parts (due_on) WHERE done_on IS NULL;

CREATE TABLE shipments (  -- what was delivered of an order line on a day
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  order_id INTEGER NOT NULL REFERENCES orders (id),         -- of which order
  order_line_id INTEGER NOT NULL REFERENCES order_lines (id),  -- of which line
  shipped_on TEXT NOT NULL,   -- local date
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),  -- thousandths of a unit
  created_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX shipments_order ON shipments (order_id);
CREATE INDEX shipments_line ON shipments (order_line_id);
