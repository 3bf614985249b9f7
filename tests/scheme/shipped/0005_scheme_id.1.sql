INSERT INTO settings (name, value) VALUES ('id', json_quote(lower(hex(randomblob(8)))));
