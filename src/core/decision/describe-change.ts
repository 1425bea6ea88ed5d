import type { Json } from '../json.ts';
import type { Side } from '../language/types.ts';
import type { Task } from '../task/index.ts';
import type { Change, TaskWish } from './types.ts';

/** A wish as it is told to people: what, from what, to what. */
export function describeChange(task: Task, wish: TaskWish): Change {
	switch (wish.kind) {
		case 'confidence': {
			const { of, to, side } = wish;
			if ('entity' in of) {
				const from = lowest(task, of.entity);
				return change(wish.kind, `confidence of ${of.entity}`, from, to, side, false);
			}
			const element = task[of.list][of.index];
			const entity = of.list === 'annotations' ? task.annotations[of.index]?.entityId : undefined;
			const name = entity === undefined ? '' : ` (${entity})`;
			return change(
				wish.kind,
				`confidence of ${of.list}[${of.index}]${name}`,
				element?.confidence ?? null,
				to,
				side,
				false,
			);
		}
		case 'content': {
			const { entity, means, side, sensitive } = wish;
			const from = task.annotations.find(({ entityId }) => entityId === entity)?.content ?? null;
			return { ...change(wish.kind, entity, from, means, side, sensitive), fromSensitive: true };
		}
		case 'presence': {
			const there = task.annotations.some(({ entityId }) => entityId === wish.entity);
			return change(wish.kind, `${wish.entity} present`, there && !wish.there, wish.there, 'exactly', false);
		}
		case 'checked': {
			const from = task.checkboxes[wish.index]?.checked ?? null;
			return change(wish.kind, `checkboxes[${wish.index}] ticked`, from, wish.to, 'exactly', false);
		}
		case 'elements':
			return change(wish.kind, `number of ${wish.list}`, task[wish.list].length, wish.count, wish.side, false);
		case 'meta': {
			const from = task.meta.find(({ name }) => name === wish.name)?.value ?? null;
			return { ...change(wish.kind, `meta ${wish.name}`, from, wish.value, 'exactly', false), fromSensitive: true };
		}
		case 'status':
			return change(wish.kind, 'status', task.status, wish.to, 'exactly', false);
		case 'exported':
			return change(wish.kind, 'exported at', task.exportedAt, null, 'exactly', false);
		case 'step':
			return change(wish.kind, 'step', task.stepType, wish.to, 'exactly', false);
	}
}

function change(kind: Change['kind'], what: string, from: Json, to: Json, side: Side, toSensitive: boolean): Change {
	return { kind, what, from, to, side, fromSensitive: false, toSensitive };
}

/** Null for what is missing or has none. */
function lowest(task: Task, entity: string): number | null {
	const confidences = task.annotations.filter(({ entityId }) => entityId === entity).map((one) => one.confidence);
	const known = confidences.filter((one) => one !== null);
	return known.length === 0 || known.length < confidences.length ? null : Math.min(...known);
}
