import type { RE2JS } from 're2js';
import type { DateFormat } from './date-format.ts';
import type { NumberFormat } from './number-format.ts';
import type { Field, ListName, ValueType } from './scopes.ts';

/** A validated expression: every shape in it has been checked, so that evaluating need not look again. */
export type Node =
	| { readonly kind: 'literal'; readonly value: boolean | number | string; readonly type: ValueType }
	| { readonly kind: 'field'; readonly path: string; readonly field: Field; readonly list: ListName | null }
	| {
			readonly kind: 'entity';
			readonly operator: 'confidence' | 'content' | 'present' | 'count';
			readonly entity: string;
	  }
	| { readonly kind: 'number'; readonly entity: string; readonly format: NumberFormat }
	| { readonly kind: 'date'; readonly entity: string; readonly format: DateFormat }
	| { readonly kind: 'meta'; readonly name: string; readonly values: readonly string[] | null }
	| { readonly kind: 'today' }
	| {
			readonly kind: 'compare';
			readonly operator: Comparison;
			readonly operands: readonly Node[];
			readonly type: ValueType;
	  }
	| { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly operands: readonly Node[] }
	| { readonly kind: 'within'; readonly operands: readonly [Node, Node, Node] }
	| { readonly kind: 'matches'; readonly text: Node; readonly pattern: RE2JS; readonly source: string }
	| { readonly kind: 'in'; readonly value: Node; readonly list: readonly (boolean | number | string)[] }
	| { readonly kind: 'not'; readonly operand: Node }
	| { readonly kind: 'junction'; readonly operator: 'and' | 'or'; readonly operands: readonly Node[] }
	/** Conditions and values in turn, the last one being the else. */
	| { readonly kind: 'if'; readonly operands: readonly Node[]; readonly type: ValueType }
	| {
			readonly kind: 'iterate';
			readonly operator: 'all' | 'some' | 'none';
			readonly list: ListName;
			readonly each: Node;
	  }
	| { readonly kind: 'countList'; readonly list: ListName }
	| { readonly kind: 'lowest'; readonly list: ListName; readonly each: Node };

export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<=';
export type Arithmetic = '+' | '-' | '*' | '/' | 'min' | 'max';

export function typeOf(node: Node): ValueType {
	switch (node.kind) {
		case 'literal':
		case 'if':
			return node.type;
		case 'field':
			return node.field.type;
		case 'entity':
			return entityTypes[node.operator];
		case 'number':
		case 'arithmetic':
		case 'countList':
		case 'lowest':
			return 'number';
		case 'date':
		case 'today':
			return 'date';
		case 'meta':
		case 'compare':
		case 'within':
		case 'matches':
		case 'in':
		case 'not':
		case 'junction':
		case 'iterate':
			return 'boolean';
	}
}

const entityTypes = { confidence: 'number', content: 'text', present: 'boolean', count: 'number' } as const;

/** Whether a number is a confidence, so that a threshold on it must lie within 0..1. */
export function isConfidence(node: Node): boolean {
	switch (node.kind) {
		case 'field':
			return node.field.confidence === true;
		case 'entity':
			return node.operator === 'confidence';
		case 'lowest':
			return isConfidence(node.each);
		case 'arithmetic':
			return (node.operator === 'min' || node.operator === 'max') && node.operands.some(isConfidence);
		case 'if':
			return node.operands.some(isConfidence);
		default:
			return false;
	}
}

/** Whether what it gives comes from document text, a task's name or meta. */
export function isSensitive(node: Node): boolean {
	switch (node.kind) {
		case 'field':
			return node.field.sensitive === true;
		case 'entity':
			return node.operator === 'content';
		case 'number':
		case 'date':
			return true;
		case 'arithmetic':
		case 'if':
			return node.operands.some(isSensitive);
		case 'lowest':
			return isSensitive(node.each);
		default:
			return false;
	}
}
