import { expect, it } from 'vitest';
import { createLabelOfCase } from '../../src/evidence/label-of-case.ts';

it('is about the newest case of its task, and about no other', () => {
	const labelOf = createLabelOfCase(new Map([['task_1', 'right']]));
	expect([labelOf('task_1', null), labelOf('task_1', null), labelOf('task_2', null)]).toEqual(['right', null, null]);
});

it.each([
	['right', 'wrong', 'wrong'],
	['wrong', 'right', 'wrong'],
	['right', 'unresolved', 'right'],
	['unresolved', 'right', 'right'],
	['unresolved', 'wrong', 'wrong'],
	['unresolved', null, 'unresolved'],
] as const)('given %s and known as %s it is %s', (given, known, label) => {
	expect(createLabelOfCase(new Map([['task_1', given]]))('task_1', known)).toBe(label);
});

it('is what the ledger knows where none was given', () => {
	expect(createLabelOfCase(null)('task_1', 'wrong')).toBe('wrong');
	expect(createLabelOfCase(null)('task_1', null)).toBeNull();
});
