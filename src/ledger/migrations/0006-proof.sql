-- What people found wrong in tasks that were left to them: errors that a guard or a condition prevented.
CREATE INDEX labels_prevented ON labels (decided_at) WHERE label = 'wrong' AND outcome = 'review';
