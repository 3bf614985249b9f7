INSERT OR IGNORE INTO settings (name, value) SELECT 'zone', json_quote(value ->> 'zone') FROM settings WHERE name = 'month' AND value ->> 'zone' IS NOT NULL;
UPDATE settings SET value = json_remove(value, '$.zone') WHERE name = 'month';
