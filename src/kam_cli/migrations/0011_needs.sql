CREATE TABLE needs (  -- what clients need or are interested in
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- whose need it is
  contact_id INTEGER REFERENCES contacts (id),   -- the person who spoke of it
  product_id INTEGER REFERENCES products (id),   -- the product that he is interested in
  text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),  -- in the client's words; else the product's name
  text_key TEXT NOT NULL,     -- search key of it
  strength INTEGER NOT NULL DEFAULT 3 CHECK (strength BETWEEN 1 AND 5),  -- 1 mentioned … 5 cannot do without
  noted_on TEXT NOT NULL,     -- local date on which he said so
  status TEXT NOT NULL DEFAULT 'open' CHECK (status = 'open' OR status = 'met' OR status = 'dropped'),  -- open, met or dropped
  closed_on TEXT,             -- local date on which it was met or dropped
  reason TEXT,                -- how it was met, or why it was dropped
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX needs_client ON needs (client_id, status);
CREATE INDEX needs_product ON needs (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX needs_contact ON needs (contact_id) WHERE contact_id IS NOT NULL;

CREATE TABLE objections (  -- what clients said against buying, and what was answered
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number, never given twice
  uid TEXT NOT NULL UNIQUE,   -- UUIDv7, for ever
  client_id INTEGER NOT NULL REFERENCES clients (id),  -- who said it …
  contact_id INTEGER REFERENCES contacts (id),   -- … and the person
  product_id INTEGER REFERENCES products (id),   -- against which product
  deal_id INTEGER REFERENCES deals (id),         -- in which deal
  text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),  -- in the client's words
  text_key TEXT NOT NULL,     -- search key of it
  answer TEXT CHECK (length(answer) BETWEEN 1 AND 2000),  -- what was answered
  answer_key TEXT,            -- search key of it
  result TEXT CHECK (result = 'worked' OR result = 'failed'),  -- whether the answer worked: worked or failed; none: not known yet
  said_on TEXT NOT NULL,      -- local date on which it was said
  note TEXT,                  -- free text
  created_at TEXT NOT NULL,   -- UTC
  updated_at TEXT NOT NULL,   -- UTC
  deleted_at TEXT             -- UTC; removed from every view
) STRICT;
CREATE INDEX objections_client ON objections (client_id, said_on);
CREATE INDEX objections_product ON objections (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX objections_deal ON objections (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX objections_contact ON objections (contact_id) WHERE contact_id IS NOT NULL;

CREATE TABLE quiz_answers (  -- the answers given in product quizzes, the last of a question says when it comes again [outside undo]
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- local number
  question TEXT NOT NULL,     -- which question: its kind, and the number of the product, fact … it is about
  product_id INTEGER NOT NULL,  -- number of the product
  answered_on TEXT NOT NULL,  -- local date
  is_right INTEGER NOT NULL CHECK (is_right BETWEEN 0 AND 1),  -- 1 where it was right
  box INTEGER NOT NULL CHECK (box BETWEEN 0 AND 5),  -- the box in which the question lies since
  due_on TEXT NOT NULL,       -- local date on which it is asked again
  created_at TEXT NOT NULL    -- UTC
) STRICT;
CREATE INDEX quiz_answers_question ON quiz_answers (question, id);
