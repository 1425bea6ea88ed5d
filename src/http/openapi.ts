import * as z from 'zod';
import pkg from '../../package.json' with { type: 'json' };
import { type OperationDoc, operationOf } from './openapi-operations.ts';
import { problemSchema } from './openapi-schemas.ts';
import { statusTitles } from './problem.ts';

/** A route as the app serves it. */
export interface ServedRoute {
	readonly method: string;
	readonly path: string;
	/** What its query and its body are read by. */
	readonly query?: z.ZodType | undefined;
	readonly body?: z.ZodType | undefined;
}

type JsonObject = Record<string, unknown>;

const operatorAccess = [{ operatorToken: [] }, { session: [] }];
const webhookAccess = [{ standardWebhooks: [] }, { webhookToken: [] }];

/** The OpenAPI 3.1 document of what is served: queries and bodies by the schemas that read them. */
export function createOpenApi(routes: readonly ServedRoute[]): JsonObject {
	const paths: Record<string, JsonObject> = {};
	for (const route of routes) {
		const doc = operationOf(route.method, route.path);
		if (doc === undefined) continue;
		const path = route.path.replace(/:([a-z]+)/g, '{$1}');
		paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route, doc) };
	}
	return {
		openapi: '3.1.0',
		info: {
			title: 'Greenlane',
			version: pkg.version,
			description:
				'Completes the review tasks of Send AI that are certainly right and leaves the rest to people. Errors are problem+json (RFC 9457).',
			license: { name: 'MIT', identifier: 'MIT' },
		},
		paths,
		components: {
			schemas: { Problem: toJsonSchema(problemSchema, 'output') },
			securitySchemes: {
				operatorToken: { type: 'http', scheme: 'bearer' },
				session: {
					type: 'apiKey',
					in: 'cookie',
					name: 'greenlane',
					description: 'Given by the login page; what changes something must come from the same origin.',
				},
				standardWebhooks: {
					type: 'apiKey',
					in: 'header',
					name: 'webhook-signature',
					description: 'Standard Webhooks, with webhook-id and webhook-timestamp.',
				},
				webhookToken: { type: 'http', scheme: 'bearer' },
			},
		},
	};
}

function describe({ method, path, query, body }: ServedRoute, doc: OperationDoc): JsonObject {
	const { summary, tag, access = 'operator' } = doc;
	const parameters = [...pathParameters(path), ...(query === undefined ? [] : queryParameters(query))];
	const name = path.replace(/[^a-z0-9]+/gi, ' ').trim();
	return {
		operationId: `${method.toLowerCase()} ${name === '' ? 'root' : name}`.replace(/ (\w)/g, (_match, letter: string) =>
			letter.toUpperCase(),
		),
		summary,
		tags: [tag],
		...(parameters.length === 0 ? {} : { parameters }),
		...requestBody(method, path, body, doc),
		responses: responses(doc),
		security: access === 'anybody' ? [] : access === 'webhook' ? webhookAccess : operatorAccess,
	};
}

function pathParameters(path: string): readonly JsonObject[] {
	return [...path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		schema: { type: 'string' },
	}));
}

function queryParameters(query: z.ZodType): readonly JsonObject[] {
	const { properties = {} } = toJsonSchema(query, 'input') as { properties?: Record<string, JsonObject> };
	return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function requestBody(method: string, path: string, body: z.ZodType | undefined, doc: OperationDoc): JsonObject {
	if (body !== undefined) {
		return { requestBody: { content: { 'application/json': { schema: toJsonSchema(body, 'input') } } } };
	}
	if (method !== 'POST') return {};
	if (doc.access === 'webhook') {
		const schema = { type: 'object', description: 'As Send AI documents it, at most 64 KiB.' };
		return { requestBody: { required: true, content: { 'application/json': { schema } } } };
	}
	if (doc.tag !== 'pages' || path === '/logout') return {};
	return { requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } } };
}

function responses({ answer, also = [], problems = [], access = 'operator', tag }: OperationDoc): JsonObject {
	const [status, content] = answer;
	const described: JsonObject = {
		[status]: {
			description: content === null ? 'To the page that says what came of it.' : 'Done.',
			...contentOf(content),
		},
	};
	for (const [other, schema, meaning] of also) described[other] = { description: meaning, ...contentOf(schema) };
	const usual = access === 'operator' && tag !== 'pages' ? [401, 403, 503] : access === 'webhook' ? [401, 403] : [];
	for (const code of [...new Set([...problems, ...usual])].toSorted((one, other) => one - other)) {
		described[code] = {
			description: statusTitles[code as keyof typeof statusTitles],
			content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
		};
	}
	return described;
}

function contentOf(content: z.ZodType | string | null): JsonObject {
	if (content === null) return {};
	if (typeof content === 'string') return { content: { [content]: { schema: { type: 'string' } } } };
	return { content: { 'application/json': { schema: toJsonSchema(content, 'output') } } };
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
	const { $schema: _$schema, ...rest } = z.toJSONSchema(schema, {
		io,
		target: 'draft-2020-12',
		unrepresentable: 'any',
	});
	return rest;
}
