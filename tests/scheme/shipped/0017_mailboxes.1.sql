ALTER TABLE messages ADD COLUMN mailbox TEXT;
CREATE INDEX messages_mailbox ON messages (mailbox, queued_at, state) WHERE mailbox IS NOT NULL;
CREATE INDEX messages_unasked ON messages (due_at) WHERE state = 'waiting' AND kind NOT IN ('confirmation', 'new address', 'own page');
