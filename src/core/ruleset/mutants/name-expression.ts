import type { Json } from '../../json.ts';
import { listNameOf, operationOf } from '../walk-logic.ts';

/**
 * What a person calls a part of a valid expression, for sentences about it. Holds nothing of any document.
 *
 * @param list whose elements the part sees, inside `all`, `some`, `none` and `lowest`
 */
export function nameExpression(value: Json | undefined, list: string | null = null): string {
	const operation = operationOf(value);
	if (operation === null) return value === undefined ? 'the value' : JSON.stringify(value);
	const { operator, operands } = operation;
	const [first] = operands;
	const inner = (one: Json | undefined) => nameExpression(one, list);
	switch (operator) {
		case 'var':
			return list === null
				? String(first).replace(/^counts\./, 'number of ')
				: `${String(first)} of one of the ${list}`;
		case 'confidence':
			return `confidence of ${String(first)}`;
		case 'content':
		case 'number':
		case 'date':
		case 'present':
			return String(first);
		case 'count':
			return `number of ${listNameOf(first) ?? String(first)}`;
		case 'hasMeta':
			return `meta ${String(first)}`;
		case 'today':
			return 'today';
		case 'lowest':
			return `lowest ${operands.length === 1 ? 'confidence' : nameExpression(operands[1])} of ${listNameOf(first) ?? 'the list'}`;
		case 'min':
		case 'max': {
			const names = operands.length > 3 ? `${operands.length} values` : operands.map(inner).join(', ');
			return `the ${operator === 'min' ? 'smallest' : 'largest'} of ${names}`;
		}
		case '+':
		case '*':
		case '/':
			return operands.map(inner).join(` ${operator} `);
		case '-':
			return operands.length === 1 ? `-${inner(first)}` : operands.map(inner).join(' - ');
		default:
			return 'the value';
	}
}
