import type { Node } from './node.ts';

/** What a person calls a part of an expression. Holds nothing of any document. */
export function nameOf(node: Node): string {
	switch (node.kind) {
		case 'literal':
			return node.type === 'text' ? JSON.stringify(node.value) : String(node.value);
		case 'field':
			return node.list === null ? fieldName(node.path) : `${node.path} of an element`;
		case 'entity':
			return node.operator === 'content' || node.operator === 'present'
				? node.entity
				: node.operator === 'count'
					? `number of ${node.entity}`
					: `confidence of ${node.entity}`;
		case 'number':
		case 'date':
			return node.entity;
		case 'meta':
			return `meta ${node.name}`;
		case 'today':
			return 'today';
		case 'arithmetic':
			if (node.operator === 'min' || node.operator === 'max') {
				return `${node.operator === 'min' ? 'the smallest' : 'the largest'} of ${node.operands.map(nameOf).join(', ')}`;
			}
			return node.operands.length === 1
				? `-${node.operands.map(nameOf).join('')}`
				: node.operands.map(nameInSum).join(` ${node.operator} `);
		case 'countList':
			return `number of ${node.list}`;
		case 'lowest':
			return `lowest ${node.each.kind === 'field' ? node.each.path : 'value'} of ${node.list}`;
		default:
			return 'the value';
	}
}

function nameInSum(node: Node): string {
	const name = nameOf(node);
	return node.kind === 'arithmetic' && node.operator !== 'min' && node.operator !== 'max' ? `(${name})` : name;
}

function fieldName(path: string): string {
	return path.startsWith('counts.') ? `number of ${path.slice('counts.'.length)}` : path;
}
