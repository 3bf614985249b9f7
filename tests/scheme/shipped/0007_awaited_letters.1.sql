CREATE INDEX messages_awaited ON messages (due_at) WHERE state = 'waiting' AND kind IN ('confirmation', 'new address', 'own page');
