export interface FindingKind {
	readonly severity: 'error' | 'warning';
	/** What was found, one sentence. */
	readonly meaning: string;
	/** What to do about it, one sentence. */
	readonly remedy: string;
}

/**
 * Every code that a finding can carry. `docs/findings.md` shows this table; codes are stable, since scripts and tickets
 * quote them.
 */
export const findingCodes = {
	// The folder
	'missing-folder': error('The folder is not there or cannot be read.', 'Check RULES_DIR, or the argument.'),
	'unreadable-file': error('The file cannot be read.', 'Check its permissions, and where a link leads.'),
	'stray-file': error(
		'The folder holds something else than rules, their tests, calibrations and certificates, README.md and schemas.',
		'Move it elsewhere: a rule under a wrong name would be a rule that nobody applies.',
	),
	'file-name': error(
		'A rule file has a name that cannot be a rule id.',
		'Use lower-case letters, digits and single hyphens, at most 64 characters: invoice-nl.json.',
	),
	'test-without-rule': error('A test file has no rule file beside it.', 'Rename it after its rule, or remove it.'),
	'file-too-large': error('The file is larger than 256 KiB.', 'Split the rule, or shorten its tests.'),
	'not-utf8': error('The file is not UTF-8 text.', 'Save it as UTF-8.'),
	'byte-order-mark': error('The file begins with a byte-order mark.', 'Save it as UTF-8 without one.'),
	'no-rules': warning('The folder holds no rule.', 'Nothing will be completed until there is one.'),
	'no-live-rule': warning(
		'No rule is live.',
		'Nothing will be completed; set a mode to "live" once a rule is trusted.',
	),

	// The text
	'empty-file': error('The file is empty.', 'Write a rule, or remove the file.'),
	'not-json': error('The file is not JSON.', 'Look for a missing quote, comma, colon or bracket.'),
	comment: error('JSON has no comments.', 'Say it in "description" or in a condition\'s "requirement".'),
	'trailing-comma': error('JSON has no comma after the last item.', 'Remove it.'),
	'single-quote': error('JSON text stands in double quotes.', 'Write " in place of \'.'),
	'control-character': error('A text holds a tab or another control character as it is.', 'Write \\t or the like.'),
	'too-deep': error('Brackets are nested more than 64 deep.', 'Write it flatter.'),
	'duplicate-key': error('A key is given twice in one object.', 'Remove one of the two: it is unclear which is meant.'),
	'unsafe-key': error('A key has a name that means something to JavaScript itself.', 'Use another name.'),
	'not-finite': error('A number is larger than any that can be held.', 'Write a number that occurs in life.'),
	'imprecise-number': error(
		'A whole number has more digits than can be held exactly.',
		'Write ids and codes as text, in double quotes.',
	),

	// The format
	'unknown-key': error('The format has no such key.', 'Correct or remove it: what is not understood is not ignored.'),
	'missing-key': error('A key that has no default is missing.', 'Add it.'),
	'wrong-value': error('A value has the wrong type or shape.', 'Write what the message asks for.'),
	'wrong-mode': error('The mode is none of live, shadow and off.', 'Write one of the three.'),
	'wrong-locale': error(
		'The locale is not a language tag that this machine has formats for.',
		'Write a tag like "nl-NL" or "en-GB".',
	),
	'condition-id': error(
		'The id of a condition is not in kebab-case.',
		'Use lower-case letters, digits and single hyphens: total-certain.',
	),
	'duplicate-condition': error('Two conditions have one id.', 'Give each its own.'),
	'duplicate-value': error('A list names something twice.', 'Remove one of the two.'),
	'unknown-fixture': error('A test names a task that "fixtures" does not have.', 'Correct the name, or add the task.'),
	'unknown-condition': error(
		'"because" names a condition that the rule does not have.',
		'Name ids of its conditions, or required:total_amount for a required entity.',
	),

	// The language: found by `compileLogic`, whose messages are more exact
	'not-one-operator': error(
		'An operation has no operator, or more than one.',
		'Join conditions with "and"; put explanations into "requirement".',
	),
	'not-a-condition': error(
		'A condition gives something else than true or false.',
		'Write a comparison, or another condition, around it.',
	),
	'unknown-operator': error('There is no such operator.', 'Use one of the list in rule.schema.json.'),
	'refused-operator': error(
		'An operator of JSON-Logic that is left out on purpose.',
		'Write what the message offers in its place.',
	),
	'wrong-arity': error('An operator has too few or too many operands.', 'Give it as many as it takes.'),
	'wrong-type': error('A value of another type is wanted here.', 'Compare and calculate like with like.'),
	'unknown-path': error('A task, or an element of the list, has no such field.', 'Correct the path.'),
	'path-not-literal': error('The path of "var" is not one text in quotes.', 'Write the path itself.'),
	'default-not-allowed': error('"var" was given a default.', 'Remove it: what is absent must be left to a person.'),
	'outer-scope': error(
		'Inside a list only the element can be seen.',
		'Write the value itself, or compare outside of the list.',
	),
	'null-literal': error('null stands for nothing here.', 'Test with "present".'),
	'unexpected-list': error('A list stands where one value must.', 'Write one operation.'),
	'empty-list': error('The list of allowed values is empty.', 'Name at least one.'),
	'threshold-out-of-range': error('A confidence is compared with a number outside of 0 to 1.', 'Write 0.98 for 98 %.'),
	'negative-tolerance': error('The tolerance of "within" is below 0.', 'Write 0 or more.'),
	'bad-pattern': error(
		'A pattern is too long, repeats too much, or RE2 does not understand it.',
		'Write it without look-around, and with * or + for many.',
	),
	'bad-date-format': error('A date format is not one of day, month and year.', 'Write one like "dd-MM-yyyy".'),
	'unknown-locale': error('An operator names an unknown locale.', 'Write one like "nl-NL".'),
	'too-large': error('An expression has too many parts.', 'Split it into several conditions.'),

	// Doubts about a rule that is valid
	'not-below': warning('"not below" where "at least" is meant.', 'Write the comparison that must hold.'),
	'not-some': warning(
		'"not some" is true of an empty list: a task with nothing on it passes.',
		'Write none, or all with the comparison turned round: both refuse an empty list.',
	),
	'some-for-all': warning(
		'"some" is content with one certain field among many uncertain ones.',
		'Write all, unless one is really enough.',
	),
	'threshold-unreachable': warning(
		'No confidence can be that high, so the condition never holds.',
		'Lower the threshold.',
	),
	'always-true': warning('The condition holds for every task.', 'Raise the threshold, or remove the condition.'),
	'constant-condition': warning(
		'The condition looks at nothing of the task, so its answer is always the same.',
		'Compare something of the task, or remove it.',
	),
	'same-condition': warning(
		'Two conditions of one rule are the same.',
		'Remove one, or correct the one that was copied.',
	),
	'equality-on-decimals': warning(
		'Decimals that were calculated, and confidences, are hardly ever exactly equal.',
		'Write within, with the difference that may be.',
	),
	'locale-missing': warning(
		'number or date is used without a locale: only text with a single reading in every country is taken.',
		'Add "locale", or give date its format as second operand.',
	),
	'element-unchecked': warning(
		'No condition looks at some kind of element; a task that has some is completed without it being looked at.',
		'Add a condition for it, or one that wants none of it, like {"==": [{"var": "counts.signatures"}, 0]}.',
	),
	'required-not-judged': warning(
		'An entity must be there, but no condition asks how certain it is.',
		'Add a condition on its confidence, or one on all annotations.',
	),
	'live-without-audit': warning(
		'No share of what this rule completes is left to people, so nobody measures its errors.',
		'Set "auditShare" above 0.',
	),
	'applies-to-every-task': warning(
		'A live rule has no "appliesTo": it completes any kind of document.',
		'Say by meta or project which tasks it is for.',
	),
	'promise-not-borne': warning(
		'A rule promises more than a certificate of it bears.',
		'Calibrate the rule, or take "promise" out; see docs/proof.md.',
	),
	'entity-never-seen': warning(
		'A rule names an entity that none of the given tasks has.',
		'Correct the id; a required entity that never occurs completes nothing.',
	),
	'meta-never-seen': warning(
		'A rule names a meta field that none of the given tasks has.',
		'Correct the name; a rule whose meta never occurs applies to nothing.',
	),
	'not-taken': error(
		'The folder is sound, but cannot be made the serving one.',
		'Do what the message asks for; it is tried again.',
	),
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingCode = keyof typeof findingCodes;

function error(meaning: string, remedy: string): FindingKind {
	return { severity: 'error', meaning, remedy };
}

function warning(meaning: string, remedy: string): FindingKind {
	return { severity: 'warning', meaning, remedy };
}
