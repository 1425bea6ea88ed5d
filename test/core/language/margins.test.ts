import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { compileLogic } from '../../../src/core/language/index.ts';
import { viewTask } from '../../../src/core/task/index.ts';
import { annotationOf, taskOf } from '../decision/task-of.ts';

const view = viewTask(
	taskOf({
		annotations: [
			annotationOf('total', '1.210,00', 0.94),
			annotationOf('net', '1.000,00', 0.99),
			annotationOf('tax', '210,02', 0.97),
			annotationOf('written', '01-06-2026', 1),
		],
	}),
);

function compile(logic: Json) {
	const result = compileLogic(logic, { locale: 'nl-NL' });
	if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join('\n'));
	return result.compiled;
}

function margins(logic: Json) {
	return compile(logic)
		.margins({ view, today: '2026-06-03' })
		.map(({ label, relation, bound, by, unit, holds, sensitive }) => [
			`${label} ${relation} ${bound}`,
			by,
			unit,
			holds,
			...(sensitive ? ['sensitive'] : []),
		]);
}

describe('the margin of a condition', () => {
	it('is what a confidence is short of, in decimal arithmetic', () => {
		expect(margins({ '>=': [{ confidence: 'total' }, 0.98] })).toEqual([
			['confidence of total >= 0.98', -0.04, 'confidence', false],
		]);
	});

	it('reads the same with the sides exchanged, and turned around by "not"', () => {
		const same = [['confidence of total >= 0.9', 0.04, 'confidence', true]];
		expect(margins({ '<=': [0.9, { confidence: 'total' }] })).toEqual(same);
		expect(margins({ '!': [{ '<': [{ confidence: 'total' }, 0.9] }] })).toEqual(same);
	});

	it('is counted in days for dates', () => {
		expect(margins({ '<=': [{ date: 'written' }, { today: [] }] })).toEqual([
			['written <= today', 2, 'days', true, 'sensitive'],
		]);
	});

	it('is what is left of a tolerance', () => {
		expect(margins({ within: [{ '+': [{ number: 'net' }, { number: 'tax' }] }, { number: 'total' }, 0.01] })).toEqual([
			['difference of net + tax and total <= 0.01', -0.01, 'number', false, 'sensitive'],
		]);
	});

	it('is that of the worst element for all and none, and of the best for some', () => {
		const each = (operator: string): Json => ({ '>=': [{ var: 'confidence' }, operator === 'none' ? 0.999 : 0.95] });
		expect(margins({ all: [{ var: 'annotations' }, each('all')] })).toEqual([
			['annotations[0].confidence (total) >= 0.95', -0.01, 'confidence', false],
		]);
		expect(margins({ some: [{ var: 'annotations' }, each('some')] })).toEqual([
			['annotations[3].confidence (written) >= 0.95', 0.05, 'confidence', true],
		]);
		expect(margins({ none: [{ var: 'annotations' }, each('none')] })).toEqual([
			['annotations[3].confidence (written) < 0.999', -0.001, 'confidence', false],
		]);
	});

	it('is one for each side of a range, and one for each part of "and" and "or"', () => {
		expect(margins({ '<': [0, { number: 'total' }, 2500] })).toEqual([
			['total > 0', 1210, 'number', true, 'sensitive'],
			['total < 2500', 1290, 'number', true, 'sensitive'],
		]);
		expect(margins({ or: [{ '>': [{ confidence: 'total' }, 0.94] }, { '==': [{ count: 'net' }, 2] }] })).toEqual([
			['confidence of total > 0.94', 0, 'confidence', false],
			['number of net == 2', -1, 'number', false],
		]);
	});

	it('does not exist for what cannot be had, nor for text', () => {
		expect(margins({ '>=': [{ confidence: 'missing' }, 0.98] })).toEqual([]);
		expect(margins({ '==': [{ content: 'total' }, '5'] })).toEqual([]);
	});

	it('is never negative where a comparison holds, nor positive where it does not', () => {
		const percent = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
		fc.assert(
			fc.property(
				fc.constantFrom('==', '!=', '>', '>=', '<', '<='),
				percent,
				percent,
				fc.boolean(),
				fc.boolean(),
				(operator, confidence, limit, turned, exchanged) => {
					const sides: Json[] = [{ confidence: 'total' }, limit];
					const comparison: Json = { [operator]: exchanged ? sides.toReversed() : sides };
					const compiled = compile(turned ? { '!': [comparison] } : comparison);
					const task = taskOf({ annotations: [annotationOf('total', 'x', confidence)] });
					const context = { view: viewTask(task), today: '2026-06-03' };
					const [margin, ...more] = compiled.margins(context);
					expect(more).toEqual([]);
					expect(margin?.holds).toBe(compiled.strict(context).outcome === 'pass');
					if (margin?.holds === true) expect(margin.by).toBeGreaterThanOrEqual(0);
					else expect(margin?.by).toBeLessThanOrEqual(0);
				},
			),
		);
	});
});
