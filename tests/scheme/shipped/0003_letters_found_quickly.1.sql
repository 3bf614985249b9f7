DROP INDEX messages_round;
CREATE INDEX messages_counted ON messages (round_id, kind, state);
CREATE INDEX messages_begun ON messages (sending_since);
CREATE INDEX messages_sent ON messages (sent_at);
CREATE INDEX messages_kept ON messages (why) WHERE state = 'sent' AND why IS NOT NULL;
