-- As ../migrations/0009-acts.sql.
ALTER TABLE control_changes
	DROP CONSTRAINT control_changes_change_check,
	ADD CONSTRAINT control_changes_change_check
		CHECK (change IN ('pause', 'resume', 'brake', 'unbrake', 'open-gate'));
ALTER TABLE operator_acts
	DROP CONSTRAINT operator_acts_act_check,
	ADD CONSTRAINT operator_acts_act_check
		CHECK (act IN ('retry', 'leave', 'handled', 'redeliver', 'reload', 'enqueue'));
