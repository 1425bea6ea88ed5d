-- As ../migrations/0006-proof.sql.
CREATE INDEX labels_prevented ON labels (decided_at) WHERE label = 'wrong' AND outcome = 'review';
