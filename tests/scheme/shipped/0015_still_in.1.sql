ALTER TABLE people ADD COLUMN still_asked_at TEXT;
ALTER TABLE people ADD COLUMN still_in_at TEXT;
CREATE INDEX people_asked ON people (still_asked_at) WHERE still_asked_at IS NOT NULL;
CREATE INDEX people_unreached ON people (id) WHERE cannot_reach IS NOT NULL;
