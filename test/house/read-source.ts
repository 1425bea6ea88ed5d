import { parseAst } from 'vitest/node';

/** One import of a source file, in any form: static, re-export, dynamic, of a type, or of a worker's script. */
export interface Import {
	/** As written: `./types.ts`, `node:fs`, `zod`. */
	readonly specifier: string;
	/** Gone after type stripping. */
	readonly typeOnly: boolean;
}

/** What the laws look at in one file. */
export interface Source {
	/** From the root of the repository, with slashes: `src/http/app.ts`. */
	readonly path: string;
	readonly imports: readonly Import[];
	/** Uses of what a platform hands in: `Date.now`, `new Date()`, `fetch`, `process`, ... */
	readonly reaches: readonly string[];
	/** Texts and pieces of templates. */
	readonly texts: readonly string[];
}

interface Node {
	readonly type: string;
	readonly [key: string]: unknown;
}

const globals = new Set([
	'fetch',
	'setTimeout',
	'setInterval',
	'setImmediate',
	'process',
	'console',
	'Buffer',
	'performance',
	'crypto',
	'require',
	'__dirname',
	'__filename',
]);

/** Reads a TypeScript source by its syntax tree, so that comments and texts never look like code. */
export function readSource(path: string, code: string): Source {
	const imports: Import[] = [];
	const reaches: string[] = [];
	const texts: string[] = [];
	const declared = new Set<string>();
	const used = new Set<string>();

	walk(parseAst(code, { lang: 'ts' }, path) as unknown as Node, null, null, (node, parent, key) => {
		switch (node.type) {
			case 'ImportDeclaration':
			case 'ExportNamedDeclaration':
			case 'ExportAllDeclaration': {
				const specifier = textOf(node.source);
				if (specifier !== null) imports.push({ specifier, typeOnly: isTypeOnly(node) });
				break;
			}
			case 'ImportExpression':
				imports.push({ specifier: textOf(node.source) ?? '(computed)', typeOnly: false });
				break;
			case 'TSImportType': {
				const specifier = textOf(node.source) ?? textOf(node.argument);
				if (specifier !== null) imports.push({ specifier, typeOnly: true });
				break;
			}
			case 'NewExpression': {
				const callee = nameOf(node.callee);
				const list = asList(node.arguments);
				if (callee === 'Date' && list.length === 0) reaches.push('new Date()');
				const script = textOf(list[0]);
				// `new URL('./worker.ts', import.meta.url)` names a script that runs.
				if (callee === 'URL' && script?.endsWith('.ts')) imports.push({ specifier: script, typeOnly: false });
				break;
			}
			case 'MemberExpression': {
				const member = `${nameOf(node.object)}.${nameOf(node.property)}`;
				if (member === 'Date.now' || member === 'Math.random') reaches.push(member);
				if (member.startsWith('globalThis.')) reaches.push(member);
				break;
			}
			case 'Identifier': {
				const name = nameOf(node);
				if (name === null || !globals.has(name)) break;
				if (isDeclaration(parent, key)) declared.add(name);
				else if (!isMemberName(parent, key)) used.add(name);
				break;
			}
			case 'ObjectPattern':
				// `{ fetch }` in a pattern declares it; the same in an object literal uses it.
				for (const property of asList(node.properties)) {
					const name = nameOf(property.value);
					if (name !== null) declared.add(name);
				}
				break;
			case 'Literal':
				if (typeof node.value === 'string') texts.push(node.value);
				break;
			case 'TemplateElement': {
				const value = node.value;
				if (isObject(value) && typeof value.raw === 'string') texts.push(value.raw);
				break;
			}
		}
	});
	// A name that the file declares itself (a port handed in) is not the global.
	for (const name of used) if (!declared.has(name)) reaches.push(name);
	return { path, imports, reaches, texts };
}

type Visit = (node: Node, parent: Node | null, key: string | null) => void;

function walk(node: Node, parent: Node | null, key: string | null, visit: Visit): void {
	visit(node, parent, key);
	for (const [name, value] of Object.entries(node)) {
		for (const child of Array.isArray(value) ? value : [value]) {
			if (isObject(child) && typeof child.type === 'string') walk(child as Node, node, name, visit);
		}
	}
}

function isTypeOnly(node: Node): boolean {
	if (node.importKind === 'type' || node.exportKind === 'type') return true;
	const specifiers = asList(node.specifiers);
	return specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type');
}

/** Parameters, variables, functions, destructuring, imports: whatever brings a name of its own into the file. */
function isDeclaration(parent: Node | null, key: string | null): boolean {
	switch (parent?.type) {
		case 'VariableDeclarator':
		case 'FunctionDeclaration':
			return key === 'id';
		case 'ImportSpecifier':
		case 'ImportDefaultSpecifier':
		case 'ImportNamespaceSpecifier':
			return key === 'local';
		case 'FunctionExpression':
		case 'ArrowFunctionExpression':
		case 'TSEmptyBodyFunctionExpression':
		case 'TSDeclareFunction':
			return key === 'params';
		case 'AssignmentPattern':
			return key === 'left';
		case 'ArrayPattern':
		case 'RestElement':
			return true;
		default:
			return false;
	}
}

/** `x.fetch`, `{ fetch: 1 }`, `fetch(): void` in a type: names of members, not uses. */
function isMemberName(parent: Node | null, key: string | null): boolean {
	if (parent === null) return false;
	if (parent.type === 'MemberExpression') return key === 'property' && parent.computed !== true;
	if (key === 'params' && parent.type.startsWith('TS')) return true;
	if (key === 'key') return parent.computed !== true;
	return ['ImportSpecifier', 'ExportSpecifier', 'TSQualifiedName', 'LabeledStatement'].includes(parent.type);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

function asList(value: unknown): readonly Node[] {
	return Array.isArray(value) ? (value as readonly Node[]) : [];
}

function nameOf(value: unknown): string | null {
	return isObject(value) && value.type === 'Identifier' && typeof value.name === 'string' ? value.name : null;
}

function textOf(value: unknown): string | null {
	if (!isObject(value)) return null;
	if (value.type === 'TSLiteralType') return textOf(value.literal);
	return value.type === 'Literal' && typeof value.value === 'string' ? value.value : null;
}
