CREATE INDEX seats_cannot ON seats (match_id) WHERE cannot_at IS NOT NULL;
