CREATE INDEX messages_asked ON messages (recipient COLLATE NOCASE, kind) WHERE round_id IS NULL;
