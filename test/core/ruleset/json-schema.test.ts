import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operators } from '../../../src/core/language/index.ts';
import { writeSchemas } from '../../../src/core/ruleset/index.ts';

const rules = fileURLToPath(new URL('../../../rules/', import.meta.url));
const schemas = writeSchemas();
const parsed = (name: string) => JSON.parse(schemas[name] ?? '') as Node;

interface Node {
	readonly description?: string;
	readonly default?: unknown;
	readonly properties?: Readonly<Record<string, Node>>;
	readonly required?: readonly string[];
	readonly items?: Node;
	readonly allOf?: readonly unknown[];
	readonly definitions?: Readonly<Record<string, Node>>;
}

/** What an editor would say. */
const accepts = (name: string, value: unknown) =>
	z.fromJSONSchema(JSON.parse(schemas[name] ?? '') as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success;

describe('the schemas beside the rules', () => {
	it.each(Object.keys(schemas))('%s is what the format says now; `npm run schema` writes it anew', (name) => {
		expect(readFileSync(rules + name, 'utf8')).toBe(schemas[name]);
	});

	it('explain every key', () => {
		const unexplained = (node: Node | undefined, path: string): string[] =>
			Object.entries(node?.properties ?? {}).flatMap(([key, member]) => [
				...(member.description === undefined || member.description.length < 10 ? [`${path}/${key}`] : []),
				...unexplained(member, `${path}/${key}`),
				...unexplained(member.items, `${path}/${key}`),
			]);
		expect(unexplained(parsed('rule.schema.json'), '')).toEqual([]);
		expect(parsed('rule.schema.json').properties?.conditions?.items?.properties?.logic?.description).toContain('true');
	});

	it('ask for what has no default, and show the others', () => {
		const { required, properties } = parsed('rule.schema.json');
		expect(required).toEqual(['description', 'mode', 'conditions']);
		expect([properties?.auditShare?.default, properties?.quietMinutesAfterOpened?.default]).toEqual([0.05, 15]);
	});

	it('know every operator, with what it does and an example', () => {
		const known = parsed('rule.schema.json').definitions?.logic?.properties ?? {};
		expect(Object.keys(known)).toEqual(operators.map(({ name }) => name));
		for (const { name, description, example } of operators) {
			expect(known[name]?.description).toContain(description);
			expect(known[name]?.description).toContain(example);
		}
	});

	it('accept the examples of the operators', () => {
		for (const { name, example } of operators) {
			// Those of var and the like stand for a value, and a schema does not tell values from conditions.
			const conditions = [{ id: 'x', requirement: 'X.', logic: JSON.parse(example) as unknown }];
			expect([name, accepts('rule.schema.json', { description: 'X.', mode: 'off', conditions })]).toEqual([name, true]);
		}
	});

	it.each(['invoice', 'identity-document', 'everything-certain'])('accept %s and its tests', (id) => {
		expect(accepts('rule.schema.json', JSON.parse(readFileSync(`${rules}${id}.json`, 'utf8')))).toBe(true);
		expect(accepts('rule-test.schema.json', JSON.parse(readFileSync(`${rules}${id}.test.json`, 'utf8')))).toBe(true);
	});

	it.each([
		['an unknown key', { when: true }],
		['no mode', { mode: undefined }],
		['a wrong mode', { mode: 'on' }],
		['no condition', { conditions: [] }],
		['an unknown operator', { conditions: [{ id: 'x', requirement: 'X.', logic: { gte: [1, 2] } }] }],
		['two operators in one', { conditions: [{ id: 'x', requirement: 'X.', logic: { '<': [1, 2], '>': [1, 2] } }] }],
		['a deep mistake', { conditions: [{ id: 'x', requirement: 'X.', logic: { or: [{ '!': { no: [1] } }] } }] }],
		['too many operands', { conditions: [{ id: 'x', requirement: 'X.', logic: { '>=': [1, 2, 3] } }] }],
		['a share in percent', { auditShare: 5 }],
	])('refuse %s', (_what, change) => {
		const sound = JSON.parse(readFileSync(`${rules}invoice.json`, 'utf8')) as object;
		expect(accepts('rule.schema.json', JSON.parse(JSON.stringify({ ...sound, ...change })))).toBe(false);
	});
});
