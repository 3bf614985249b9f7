ALTER TABLE people ADD COLUMN new_email TEXT;
