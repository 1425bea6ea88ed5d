import type { Json } from '../core/json.ts';
import { createContext } from '../core/language/index.ts';
import type { EvaluationContext } from '../core/language/types.ts';
import { type Annotation, type Task, viewTask } from '../core/task/index.ts';
import type { DecisionRecord } from '../ledger/index.ts';

/** What is asked of confidences, numbers of elements and ids alone. `present` is not here: it looks at the text. */
const operators: ReadonlySet<string> = new Set([
	...['==', '===', '!=', '!==', '>', '>=', '<', '<=', '!', 'and', 'or', 'if', 'in', '+', '-', '*', '/', 'min', 'max'],
	...['all', 'some', 'none', 'lowest', 'within', 'confidence', 'count'],
]);

const paths: ReadonlySet<Json> = new Set([
	...['annotations', 'checkboxes', 'segments', 'signatures', 'id', 'entity_id', 'page', 'confidence'],
	...['task.id', 'task.step_type', 'task.project_id'],
	...['counts.annotations', 'counts.checkboxes', 'counts.segments', 'counts.signatures'],
]);

/** Whether a valid expression can be evaluated by what is kept of a task's elements: it asks for nothing else. */
export function seesElementsAlone(logic: Json): boolean {
	if (Array.isArray(logic)) return logic.every(seesElementsAlone);
	if (typeof logic !== 'object' || logic === null) return true;
	return Object.entries(logic).every(([operator, operands]) =>
		operator === 'var'
			? paths.has(Array.isArray(operands) ? (operands[0] ?? null) : operands)
			: operators.has(operator) && seesElementsAlone(operands),
	);
}

interface Kept {
	readonly id: string;
	readonly kind: string;
	readonly entity?: string;
	readonly page: number;
	readonly confidence: number | null;
}

/**
 * What an expression that `seesElementsAlone` sees of a task that was judged; null when the records of its elements were
 * left out or pruned. Everything else in it is empty and means nothing.
 */
export function contextOfElements(decision: DecisionRecord): EvaluationContext | null {
	const { elements } = decision.elements as { readonly elements?: unknown };
	if (!Array.isArray(elements) || elements.length === 0) return null;
	const kept = elements as readonly Kept[];
	const of = (kind: string) => kept.filter((one) => one.kind === kind);
	const regions = (kind: string) =>
		of(kind).map(({ id, page, confidence }) => ({ id, page, confidence, bounds: null }));
	const task: Task = {
		id: decision.taskId,
		name: '',
		createdAt: '',
		status: 'REVIEWING',
		stepType: decision.stepType,
		uploadId: '',
		projectId: decision.projectId,
		exportedAt: null,
		exportFailedAt: null,
		lastOpenedAt: null,
		meta: [],
		pageCount: 0,
		annotations: of('annotation').map(
			({ id, page, confidence, entity = '' }): Annotation => ({
				...{ id, page, confidence, entityId: entity },
				...{ content: null, top: null, leftOfLine: null },
			}),
		),
		checkboxes: regions('checkbox').map((region) => ({ ...region, checked: null })),
		segments: regions('segment'),
		signatures: regions('signature'),
		faults: [],
	};
	return createContext(viewTask(task), new Date(decision.decidedAt).toISOString().slice(0, 10));
}
