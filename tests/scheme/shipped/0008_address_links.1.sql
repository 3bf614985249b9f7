DELETE FROM tokens WHERE purpose = 'confirm' AND person_id IN (SELECT id FROM people WHERE new_email > '');
UPDATE people SET new_email = NULL;
ALTER TABLE tokens RENAME TO old_tokens;
CREATE TABLE tokens ( hash BLOB PRIMARY KEY, purpose TEXT NOT NULL CHECK (purpose IN ('confirm','address','me','feedback','unsubscribe','cannot')), person_id INTEGER NOT NULL REFERENCES people ON DELETE CASCADE, match_id INTEGER REFERENCES matches ON DELETE CASCADE, made_at TEXT NOT NULL, expires_at TEXT ) STRICT;
INSERT INTO tokens SELECT hash, purpose, person_id, match_id, made_at, expires_at FROM old_tokens;
DROP TABLE old_tokens;
CREATE INDEX tokens_person ON tokens (person_id);
