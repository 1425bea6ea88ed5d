import fc from 'fast-check';
import type { Json } from '../../../src/core/json.ts';
import { knownTexts } from './known-texts.ts';

/** An expression and what it is held against. */
export interface Pair {
	readonly expression: Json;
	/** A view, or something that no type allows. */
	readonly view: unknown;
	readonly locale: 'nl-NL' | 'en-GB' | null;
}

type Scope = 'annotations' | 'checkboxes' | 'segments' | 'signatures' | 'meta' | null;
type Expressions = fc.Arbitrary<Json>;

const entities = ['total', 'net', 'tax', 'day', '__proto__'] as const;
const entity = fc.constantFrom<string>(...entities, 'absent');
const literal = fc.constantFrom(0, 1, -1, 0.1, 0.2, 0.3, 0.01, 0.5, 0.9, 210, 1000, 1210, 999_999.99, 1e15, 1e-6);
const share = fc.constantFrom(0, 0.5, 0.9, 0.95, 1);
const patterns = ['[0-9]+', 'EUR|GBP', '.*', '[A-Z]{3}', '1\\.210,00', 'EU'];
const regionFields = ['page', 'confidence', 'left', 'top', 'right', 'bottom'];
const numberFields: Readonly<Record<Exclude<Scope, null>, readonly string[]>> = {
	annotations: ['page', 'confidence', 'top', 'left_of_line'],
	checkboxes: regionFields,
	segments: regionFields,
	signatures: regionFields,
	meta: [],
};
const textFields: Readonly<Record<Exclude<Scope, null>, readonly string[]>> = {
	annotations: ['id', 'entity_id', 'content'],
	checkboxes: ['id'],
	segments: ['id'],
	signatures: ['id'],
	meta: ['name', 'value'],
};
const lists = ['annotations', 'checkboxes', 'segments', 'signatures', 'meta'] as const;

const operation = (operator: string, ...operands: readonly Expressions[]): Expressions =>
	fc.tuple(...operands).map((values): Json => ({ [operator]: values }));
/** One operand may stand without brackets. */
const unary = (operator: string, operand: Expressions): Expressions =>
	fc.tuple(operand, fc.boolean()).map(([value, bare]): Json => ({ [operator]: bare ? value : [value] }));
const several = (operator: string, operand: Expressions, minLength: number): Expressions =>
	fc.array(operand, { minLength, maxLength: 3 }).map((values): Json => ({ [operator]: values }));

function condition(depth: number, scope: Scope): Expressions {
	const number = numeric(depth - 1, scope);
	const words = text(scope);
	const day = date();
	const leaves: Expressions[] = [
		fc.boolean(),
		unary('present', entity),
		several('hasMeta', fc.constantFrom('supplier', 'channel', 'mail', 'Harrow'), 1),
		operation('matches', words, fc.constantFrom(...patterns)),
		operation('in', words, fc.constant(['EUR', '1.210,00', 'supplier'])),
		fc.constantFrom('==', '===', '!=', '!==').chain((operator) => operation(operator, words, words)),
		fc.constantFrom('==', '!=', '>', '>=', '<', '<=').chain((operator) => operation(operator, day, day)),
		fc.constantFrom('>', '>=', '<', '<=').chain((operator) => operation(operator, unary('confidence', entity), share)),
		...(scope === 'checkboxes' ? [unary('var', fc.constant('checked'))] : []),
	];
	if (depth <= 0) return fc.oneof(...leaves);
	const inner = condition(depth - 1, scope);
	return fc.oneof(
		...leaves,
		fc.constantFrom('==', '!=', '>', '>=', '<', '<=').chain((operator) => operation(operator, number, number)),
		fc.constantFrom('<', '<=').chain((operator) => operation(operator, number, number, number)),
		operation('in', number, fc.constant([0, 1, 210, 1210])),
		operation('within', number, number, fc.oneof(fc.constantFrom(0, 0.01, 10), number)),
		unary('!', inner),
		several('and', inner, 1),
		several('or', inner, 1),
		operation('if', inner, inner, inner),
		operation('if', inner, inner, inner, inner, inner),
		...(scope === null
			? lists.flatMap((list) =>
					(['all', 'some', 'none'] as const).map((operator) =>
						operation(operator, fc.constant({ var: list }), condition(depth - 1, list)),
					),
				)
			: []),
	);
}

function numeric(depth: number, scope: Scope): Expressions {
	const leaves: Expressions[] = [
		literal,
		unary('number', entity),
		operation('number', entity, fc.constantFrom('nl-NL', 'en-GB')),
		unary('confidence', entity),
		unary('count', entity),
	];
	if (scope === null) {
		leaves.push(
			fc.constantFrom(...lists.slice(0, 4), 'pages').map((name): Json => ({ var: `counts.${name}` })),
			unary(
				'count',
				fc.constantFrom(...lists).map((list): Json => ({ var: list })),
			),
		);
	} else if (numberFields[scope].length > 0) {
		leaves.push(unary('var', fc.constantFrom(...numberFields[scope])));
	}
	if (depth <= 0) return fc.oneof(...leaves);
	const inner = numeric(depth - 1, scope);
	return fc.oneof(
		...leaves,
		several('+', inner, 2),
		several('*', inner, 2),
		operation('-', inner),
		operation('-', inner, inner),
		operation('/', inner, inner),
		several('min', inner, 1),
		several('max', inner, 1),
		operation('if', condition(depth - 1, scope), inner, inner),
		...(scope === null
			? lists
					.slice(0, 4)
					.flatMap((list) => [
						unary('lowest', fc.constant({ var: list })),
						operation('lowest', fc.constant({ var: list }), numeric(depth - 1, list)),
					])
			: []),
	);
}

function text(scope: Scope): Expressions {
	return fc.oneof(
		fc.constantFrom('EUR', 'EXTRACT', 'supplier', ''),
		unary('content', entity),
		scope === null
			? fc.constantFrom('task.id', 'task.name', 'task.step_type').map((path): Json => ({ var: path }))
			: fc.constantFrom(...textFields[scope]).map((path): Json => ({ var: path })),
	);
}

function date(): Expressions {
	return fc.oneof(
		// Alone they would be text, so that at least one of two must be more than that; the validator tells.
		fc.constantFrom('2026-06-01', '2026-04-03'),
		unary('date', entity),
		fc.constant({ today: [] }),
	);
}

const content = fc.oneof(
	fc.constantFrom<string | null>(...Object.keys(knownTexts)),
	fc.constantFrom(null, '', ' \u00a0'),
);
const sureness = fc.oneof(fc.constantFrom(0.5, 0.9, 0.95, 0.99, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const confidence = fc.oneof({ arbitrary: sureness, weight: 12 }, { arbitrary: fc.constant(null), weight: 1 });
const position = fc.oneof(fc.constantFrom<number | null>(0, 10, 99.5), fc.constant(null));
const id = fc.constantFrom('el_1', 'el_2', 'EUR');

const annotation = fc.record({
	id,
	entity_id: fc.constantFrom<string>(...entities),
	page: fc.constantFrom(1, 2),
	confidence,
	content,
	top: position,
	left_of_line: position,
});
const region = {
	id,
	page: fc.constantFrom(1, 2),
	confidence,
	left: position,
	top: position,
	right: position,
	bottom: position,
};
const metaEntry = fc.record({
	name: fc.constantFrom('supplier', 'channel', 'EUR'),
	value: fc.constantFrom('Harrow', 'mail', 'Qz7 & sons'),
});

const upTo = (maxLength: number) => ({ maxLength });
const soundParts = {
	task: fc.record({
		id,
		name: fc.constantFrom('Qz7.pdf', 'EUR'),
		step_type: fc.constantFrom('EXTRACT', 'CLASSIFY'),
		created_at: fc.constant('2026-06-01T08:00:00Z'),
		upload_id: id,
		project_id: id,
	}),
	meta: fc.array(metaEntry, upTo(3)),
	annotations: fc.array(annotation, upTo(6)),
	checkboxes: fc.array(fc.record({ ...region, checked: fc.option(fc.boolean()) }), upTo(3)),
	segments: fc.array(fc.record(region), upTo(3)),
	signatures: fc.array(fc.record(region), upTo(3)),
	counts: fc.record({
		pages: fc.nat(3),
		annotations: fc.nat(6),
		checkboxes: fc.nat(3),
		segments: fc.nat(3),
		signatures: fc.nat(3),
	}),
};

/** A view as the parser of Send AI's answers may make it. */
export const soundView: fc.Arbitrary<unknown> = fc.record(soundParts);

const junk = fc.constantFrom<unknown>(
	null,
	undefined,
	Number.NaN,
	Number.POSITIVE_INFINITY,
	-1,
	2,
	98,
	true,
	'',
	'0.95',
	'fraud',
	[],
	[0.95],
	{},
	JSON.parse('{ "__proto__": { "confidence": 1, "content": "EUR", "entity_id": "total" } }'),
	Object.assign({}, JSON.parse('{ "__proto__": { "confidence": 1, "content": "EUR", "entity_id": "total" } }')),
);

/** A view of which a part, an element or a field is something else. */
export const hostileView: fc.Arbitrary<unknown> = fc
	.tuple(
		fc.record(soundParts),
		fc.constantFrom('part', 'element', 'field'),
		fc.constantFrom('annotations', ...Object.keys(soundParts)),
		junk,
		fc.nat(5),
		fc.nat(6),
	)
	.map(([view, where, part, value, at, key]) => {
		const parts: Record<string, unknown> = { ...view };
		const old = parts[part];
		if (where === 'part' || typeof old !== 'object' || old === null) return { ...parts, [part]: value };
		if (!Array.isArray(old)) return { ...parts, [part]: spoil(old, key, value) };
		const elements: unknown[] = [...(old as readonly unknown[])];
		const index = elements.length === 0 ? 0 : at % elements.length;
		const element = elements[index];
		elements[index] =
			where === 'element' || typeof element !== 'object' || element === null ? value : spoil(element, key, value);
		return { ...parts, [part]: elements };
	});

function spoil(holder: object, at: number, value: unknown): object {
	const keys = Object.keys(holder);
	const key = keys[at % keys.length] ?? 'confidence';
	// Undefined stands for: not there at all.
	const rest = Object.fromEntries(Object.entries(holder).filter(([name]) => name !== key));
	return value === undefined ? rest : { ...rest, [key]: value };
}

const anyView = fc.oneof(
	{ arbitrary: soundView, weight: 6 },
	{ arbitrary: hostileView, weight: 4 },
	{ arbitrary: junk, weight: 1 },
);
const locale = fc.constantFrom('nl-NL', 'en-GB', null);

/** Expressions of the right operators, arity and types; a threshold or two may be refused all the same. */
export const soundPair: fc.Arbitrary<Pair> = fc.record({ expression: condition(3, null), view: anyView, locale });

/** Any JSON, or a sound expression in which one place holds something else: mostly refused, and never a crash. */
export const spoiltPair: fc.Arbitrary<Pair> = fc.record({
	expression: fc.oneof(
		{ arbitrary: fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>, weight: 1 },
		{
			arbitrary: fc
				.tuple(
					condition(3, null),
					fc.nat(30),
					fc.oneof(
						condition(1, null),
						numeric(1, null),
						text('annotations'),
						date(),
						fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
					),
				)
				.map(([expression, at, other]) => replaceAt(expression, { left: at }, other)),
			weight: 4,
		},
	),
	view: anyView,
	locale,
});

/** Puts something else at a place, counted from the root. */
function replaceAt(expression: Json, counter: { left: number }, other: Json): Json {
	counter.left -= 1;
	if (counter.left < 0) {
		counter.left = Number.POSITIVE_INFINITY;
		return other;
	}
	if (Array.isArray(expression)) return (expression as readonly Json[]).map((one) => replaceAt(one, counter, other));
	if (typeof expression !== 'object' || expression === null) return expression;
	return Object.fromEntries(
		Object.entries(expression).map(([key, value]) => [key, replaceAt(value as Json, counter, other)]),
	);
}
