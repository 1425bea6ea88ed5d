/** Every recipe of the guide, as it stands there: a rule made of it alone completes what it should, and leaves what it should. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decision/index.ts';
import { operators } from '../../src/core/language/index.ts';
import { buildTestTask, loadRules, loadRuleTests, type TaskChange } from '../../src/core/ruleset/index.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';

const folder = fileURLToPath(new URL('../../rules/', import.meta.url));
const guide = readFileSync(`${folder}README.md`, 'utf8');

const fixtures = Object.assign(
	{},
	...['invoice', 'everything-certain'].map((id) => {
		const name = `${id}.test.json`;
		return loadRuleTests({ name, text: readFileSync(folder + name, 'utf8') }, null).tests?.fixtures;
	}),
);

type Change = Omit<TaskChange, 'fixture'>;
interface Recipe {
	readonly title: string;
	readonly json: { readonly id?: string; readonly appliesTo?: unknown };
}

const recipes: readonly Recipe[] = [...guide.matchAll(/^### \d+\. (.+)$\s+```json\n([\s\S]*?)```/gm)].map(
	([, title = '', json = '']) => ({ title, json: JSON.parse(json) as Recipe['json'] }),
);

const supplier = { meta: { supplier: 'Drukkerij Het Anker' } };
const box = (left: number, top: number, checked: boolean) => ({
	id: `chk_${left}`,
	confidence: 0.99,
	checked,
	coordinates: [
		[left, top],
		[left + 14, top],
		[left + 14, top + 14],
		[left, top + 14],
	],
});

/** What each must leave, by its title; completed is the fixture, with `also` where it needs more. */
const cases: Readonly<Record<string, { on?: 'form'; also?: Change; leaves: readonly Change[] }>> = {
	'A threshold for one field': {
		leaves: [{ annotations: { total_amount: { confidence: 0.97 } } }, { annotations: { total_amount: null } }],
	},
	'Every field': { leaves: [{ annotations: { currency: { confidence: 0.89 } } }] },
	'Totals add up': {
		leaves: [
			{ annotations: { total_amount: { content: '€ 1.210,02' } } },
			{ annotations: { net_amount: { content: '€ 1,000.00' } } },
			{ annotations: { tax_amount: null } },
		],
	},
	'A plausible date': {
		leaves: [
			{ annotations: { invoice_date: { content: '02-06-2026' } } },
			{ annotations: { due_date: { content: '20-05-2026' } } },
			{ annotations: { invoice_date: { content: '31-02-2026' } } },
		],
	},
	'Signature present and certain': {
		on: 'form',
		leaves: [
			{ signatures: null },
			{ signatures: { confidence: 0.94 } },
			{ add: { signatures: [{ id: 's', confidence: 1 }] } },
		],
	},
	'A checkbox ticked and certain, by position': {
		on: 'form',
		also: { add: { checkboxes: [box(300, 610, false)] } },
		leaves: [
			{ checkboxes: { checked: false } },
			{ checkboxes: { confidence: 0.94 } },
			{ checkboxes: null },
			{ checkboxes: null, add: { checkboxes: [box(300, 610, true)] } },
		],
	},
	'An amount limit, in the local format': {
		leaves: [
			{ annotations: { total_amount: { content: '€ 2.500,00' } } },
			{ annotations: { total_amount: { content: '€ -10,00' } } },
			{ annotations: { total_amount: { content: 'see below' } } },
		],
	},
	'A rule for one supplier': { also: supplier, leaves: [{}, { meta: { supplier: 'Drukkerij het Anker' } }] },
	'An allow-list': {
		leaves: [
			{ annotations: { supplier_name: { content: 'Drukkerij Het Ankcr' } } },
			{ annotations: { supplier_name: null } },
		],
	},
	'Only this kind of document': { leaves: [{ meta: { category: 'contract' } }, { meta: { language: 'en' } }] },
};

describe('the guide', () => {
	it('has ten recipes, and each is tried here', () => {
		expect(recipes.map(({ title }) => title)).toEqual(Object.keys(cases));
		expect(recipes).toHaveLength(10);
	});

	it('has a row for every operator of the language, word for word', () => {
		const cells = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
		const rows = guide.slice(guide.indexOf('### Operators'), guide.indexOf('## How rules combine')).split('\n');
		expect(rows.filter((line) => line.startsWith('| `')).map((line) => cells(line).slice(1, -1))).toEqual(
			operators.map(({ name, signature, description }) => [`\`${name}\``, signature.replace(/^- /, ''), description]),
		);
	});

	it('says what the API does not give', () => {
		expect(guide).toContain('**No document type.**');
		expect(guide).toContain('**No name on a checkbox.**');
	});
});

describe.each(recipes)('recipe: $title', ({ title, json }) => {
	const { on, also = {}, leaves } = cases[title] ?? { leaves: [] };
	const ruleSet = ruleSetOf(json);

	it('completes what it should', () => {
		expect(judge(also)).toBe('complete');
	});

	it.each(leaves)('leaves %j', (change) => {
		expect(judge(change)).toBe('review');
	});

	function judge(change: Change) {
		const task = buildTestTask({ fixtures }, { task: { fixture: on ?? 'invoice', ...change } });
		return decide({
			reading: parseTask(task),
			ruleSet,
			projectKnown: true,
			today: '2026-06-01',
			version: 'test',
			fingerprint: '',
			draw: null,
			braked: new Set(),
		}).outcome;
	}
});

/** A live Dutch rule with the recipe as its only condition, or as what it applies to. */
function ruleSetOf(recipe: Recipe['json']) {
	const always = { id: 'any', requirement: 'Any.', logic: { '>=': [{ var: 'counts.pages' }, 1] } };
	const rule = {
		description: 'A recipe.',
		mode: 'live',
		locale: 'nl-NL',
		...('appliesTo' in recipe ? { ...recipe, conditions: [always] } : { conditions: [recipe] }),
	};
	const loaded = loadRules([{ name: 'recipe.json', text: JSON.stringify(rule) }]);
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
	return { revision: '', logicRevision: '', canonical: loaded.canonical, rules: loaded.rules };
}
