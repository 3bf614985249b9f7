DROP INDEX messages_counted;
CREATE INDEX messages_counted ON messages (round_id, kind, state, why);
