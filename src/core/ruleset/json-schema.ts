import * as z from 'zod';
import type { Json } from '../json.ts';
import { type OperatorSpec, operators } from '../language/index.ts';
import { ruleSchema } from './rule-format.ts';
import { ruleTestSchema } from './rule-test-format.ts';

/** The schemas that stand beside the rules for editors: file name to text. Written from the formats themselves. */
export function writeSchemas(): Readonly<Record<string, string>> {
	return {
		'rule.schema.json': print({ ...toSchema(ruleSchema), definitions: logicDefinitions() }),
		'rule-test.schema.json': print(toSchema(ruleTestSchema)),
	};
}

function print(schema: object): string {
	return `${JSON.stringify(schema, null, '\t')}\n`;
}

/** Draft 7, which editors know best. What is written by hand is checked: keys that have a default may be left out. */
function toSchema(schema: z.ZodType): object {
	return z.toJSONSchema(schema, {
		target: 'draft-7',
		io: 'input',
		unrepresentable: 'any',
		override({ zodSchema, jsonSchema, path }) {
			if (zodSchema._zod.def.type === 'custom' && path.at(-1) === 'logic')
				jsonSchema.allOf = [{ $ref: '#/definitions/logic' }];
		},
	});
}

/** The operators, each with what it does, so that an editor alone teaches them. Types are left to `check`. */
function logicDefinitions(): Readonly<Record<string, Json>> {
	return {
		logic: {
			type: 'object',
			description: 'One operation: an operator and its operands.',
			minProperties: 1,
			maxProperties: 1,
			additionalProperties: false,
			properties: Object.fromEntries(operators.map((operator) => [operator.name, describe(operator)])),
		},
		operand: {
			anyOf: [
				{ $ref: '#/definitions/logic' },
				{ type: ['number', 'string', 'boolean'] },
				{ type: 'array', items: { type: ['number', 'string', 'boolean'] } },
			],
		},
	};
}

function describe({ signature, description, example, operands: [least, most] }: OperatorSpec): Json {
	const operand = { $ref: '#/definitions/operand' };
	const list = { type: 'array', items: operand, minItems: least, maxItems: most };
	return {
		description: `${description}\n\n${signature}\n\nExample: ${example}`,
		...(least === 1 ? { anyOf: [operand, list] } : list),
	};
}
