CREATE TABLE products (  -- what is sold
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),  -- as typed
  name_key TEXT NOT NULL,     -- search key of the name
  sku TEXT,                   -- article number
  category TEXT,              -- as typed
  category_key TEXT,          -- search key of the category
  unit TEXT,                  -- what one of it is: piece, m2, hour
  packaging TEXT,             -- how it is packed
  conditions TEXT,            -- conditions of use
  description TEXT,           -- free text
  is_in_stock INTEGER NOT NULL DEFAULT 1 CHECK (is_in_stock BETWEEN 0 AND 1),  -- 1 where it is in stock
  stock_days INTEGER CHECK (stock_days BETWEEN 0 AND 3660),  -- days to deliver from stock
  order_days INTEGER CHECK (order_days BETWEEN 0 AND 3660),  -- days to deliver when it is out of stock
  archived_at TEXT,           -- UTC; no longer sold
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX products_name ON products (name_key);
CREATE INDEX products_sku ON products (sku COLLATE NOCASE) WHERE sku IS NOT NULL;
CREATE INDEX products_category ON products (category_key) WHERE category_key IS NOT NULL;

CREATE TABLE prices (  -- the price list: what a product costs from a day on, in a currency
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  product_id INTEGER NOT NULL REFERENCES products (id),  -- of which product
  valid_from TEXT NOT NULL,   -- local date from which it holds
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0),  -- list price of one unit, in minor units
  floor_minor INTEGER CHECK (floor_minor >= 0),  -- below this it is not sold
  currency TEXT NOT NULL CHECK (length(currency) = 3),  -- ISO 4217
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX prices_product ON prices (product_id, currency, valid_from);

CREATE TABLE product_facts (  -- what is to be known of a product
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  product_id INTEGER NOT NULL REFERENCES products (id),  -- of which product
  kind TEXT NOT NULL CHECK (kind = 'feature' OR kind = 'strength' OR kind = 'option'),  -- feature, strength or option
  label TEXT,                 -- a strength: the competitor; an option: the use that it is for
  label_key TEXT,             -- search key of it
  text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),  -- as typed
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX product_facts_product ON product_facts (product_id, kind);
CREATE INDEX product_facts_label ON product_facts (kind, label_key) WHERE label_key IS NOT NULL;

CREATE TABLE substitutes (  -- what is sold in place of a product that is out of stock, the best one first
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  product_id INTEGER NOT NULL REFERENCES products (id),  -- in place of this …
  other_id INTEGER NOT NULL REFERENCES products (id),    -- … that one
  note TEXT,                  -- what is different
  created_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX substitutes_product ON substitutes (product_id);
CREATE INDEX substitutes_other ON substitutes (other_id);
