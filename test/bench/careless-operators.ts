import type { TaskView } from '../../src/core/task/index.ts';

/**
 * Our operators as somebody would write them who trusts their data: what other engines lack for the same expressions.
 * Nothing is checked, so that the engines are measured and not these.
 */
export const carelessOperators = {
	confidence(view: TaskView, entity: string): number {
		let lowest = 1;
		for (const one of view.annotations) if (one.entity_id === entity) lowest = Math.min(lowest, one.confidence ?? 0);
		return lowest;
	},
	content(view: TaskView, entity: string): string {
		return view.annotations.find((one) => one.entity_id === entity)?.content ?? '';
	},
	number(view: TaskView, entity: string): number {
		const text = carelessOperators.content(view, entity);
		return Number(text.replaceAll('.', '').replace(',', '.').replace('€', '').trim());
	},
	within(a: number, b: number, margin: number): boolean {
		return Math.abs(a - b) <= margin;
	},
	matches(text: string, pattern: string): boolean {
		let known = patterns.get(pattern);
		if (known === undefined) {
			known = new RegExp(`^(?:${pattern})$`);
			patterns.set(pattern, known);
		}
		return known.test(text);
	},
};

const patterns = new Map<string, RegExp>();
