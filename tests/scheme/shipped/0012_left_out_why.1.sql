ALTER TABLE left_out ADD COLUMN why TEXT CHECK (why IN ('odd', 'nobody', 'by hand'));
