import { wireAnnotation, wirePage, wireTask } from '../sendai/wire-samples.ts';

/** What is planted must be found if it gets anywhere: each place has a text of its own. */
const planted: string[] = [];

/** Document text, or what stands for it, for one place. */
export function text(place: string): string {
	const made = `Planted text ${place} 7f3a`;
	planted.push(made, `text ${place} 7f3a`);
	return made;
}

/** A secret, as long and as plain as tokens are. */
export function secret(place: string): string {
	const made = `planted-secret-${place}-${'0123456789abcdef'.repeat(2)}`;
	planted.push(made);
	return made;
}

/** In an operator's or a rule author's own words: kept and shown to operators, and told nobody else. */
export function words(place: string): string {
	return `Planted words ${place} 7f3a`;
}

/** The texts and secrets that stand somewhere, as they are or as JSON, HTML and addresses escape them. */
export function findPlanted(where: string): readonly string[] {
	const forms = [where, where.replaceAll('%20', ' ').replaceAll('+', ' ')];
	return [...new Set(planted)].filter((one) => forms.some((form) => form.toLowerCase().includes(one.toLowerCase())));
}

export function findWords(where: string): readonly string[] {
	return [...new Set(where.match(/Planted words [\w-]+ 7f3a/gi) ?? [])];
}

export const teamId = 'team_1';
const environmentSecrets = {
	SENDAI_API_KEY: secret('api-key'),
	webhook: secret('webhook-token'),
	operator: secret('operator-token'),
	reader: secret('reader-token'),
	SECRET_KEYS: secret('secret-key'),
	ALERT_WEBHOOK_URL: `https://hooks.example.com/${secret('alert-address')}`,
	ALERT_WEBHOOK_SECRET: `whsec_${btoa(secret('alert-key'))}`,
};
planted.push(environmentSecrets.ALERT_WEBHOOK_SECRET, environmentSecrets.ALERT_WEBHOOK_SECRET.slice(6));
export const secrets = environmentSecrets;

/** What closes a gate has a project of its own. */
export function projectOf(taskId: string): string {
	switch (taskId) {
		case 'tsk-forbidden':
			return 'proj_2';
		case 'tsk-other':
			return 'proj_3';
		case 'tsk-denied':
			return 'proj_4';
		default:
			return 'proj_1';
	}
}

/** A task that holds planted text wherever a task may hold any. */
export function taskWith(id: string, over: Record<string, unknown> = {}): Record<string, unknown> {
	const place = (where: string) => text(`${id}-${where}`);
	return wireTask({
		id,
		name: place('name'),
		project_id: projectOf(id),
		upload_id: 'upl_1',
		meta: [
			{ name: 'category', value: 'invoice' },
			{ name: 'customer', value: place('meta') },
		],
		pages: [
			wirePage({
				text: place('page'),
				annotations: [
					wireAnnotation({ id: `${id}-a`, content: '1.210,00', note: place('note') }),
					wireAnnotation({ id: `${id}-b`, entity_id: 'supplier', content: place('content') }),
					wireAnnotation({ id: `${id}-c`, entity_id: 'iban', content: place('iban') }),
				],
			}),
		],
		comment: place('comment'),
		...over,
	});
}

/** A rule that asks for the content of planted fields in every way there is, and passes unless a confidence is low. */
export function rule(mode: 'live' | 'shadow'): Record<string, unknown> {
	const literal = words('literal');
	return {
		description: words('description'),
		owner: words('owner'),
		mode,
		appliesTo: { projects: ['proj_1', 'proj_3', 'proj_4'] },
		locale: 'nl-NL',
		requiredEntities: ['total_amount'],
		conditions: [
			...(mode === 'shadow'
				? [
						{ id: 'number', requirement: words('number'), logic: { '>': [{ number: 'supplier' }, 10] } },
						{ id: 'date', requirement: words('date'), logic: { '===': [{ date: 'iban' }, { today: [] }] } },
						{ id: 'same', requirement: words('same'), logic: { '===': [{ content: 'supplier' }, literal] } },
						{ id: 'pattern', requirement: words('pattern'), logic: { matches: [{ content: 'iban' }, 'NL[0-9]{2}'] } },
						{ id: 'meta', requirement: words('meta'), logic: { hasMeta: ['customer', literal] } },
					]
				: []),
			{ id: 'certain', requirement: words('certain'), logic: { '>=': [{ confidence: 'supplier' }, 0.9] } },
			{ id: 'other', requirement: words('other'), logic: { '!==': [{ content: 'supplier' }, literal] } },
			{ id: 'amount', requirement: words('amount'), logic: { '>': [{ number: 'total_amount' }, 1000] } },
		],
		auditShare: 0,
		quietMinutesAfterOpened: 0,
	};
}

/** Send AI as it may be at its worst: every answer, and every error, quotes documents and keys. */
export function answerAsSendAi(address: string, method: string, posts: string[]): Response {
	const { pathname } = new URL(address);
	const id = /\/task\/([^/]+)/.exec(pathname)?.[1] ?? '';
	const leaks = { error: text(`error-${id}`), key: secrets.SENDAI_API_KEY, token: secret(`error-${id}`) };
	const headers = { 'x-debug': secret('answer-header'), 'set-cookie': `s=${secret('answer-cookie')}` };
	const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers });
	if (method === 'POST') {
		posts.push(id);
		// It took it, with other data than had been judged.
		if (id === 'tsk-other') return json(200, { payload: taskWith(id, { status: 'PROCESSING', pages: [] }), ...leaks });
		if (id === 'tsk-refused') return json(422, leaks);
		if (id === 'tsk-denied') return json(403, leaks);
		return json(500, leaks);
	}
	switch (id) {
		case 'tsk-low': {
			const low = JSON.stringify(taskWith(id)).replaceAll('"confidence":0.98', '"confidence":0.5');
			return json(200, { payload: JSON.parse(low) });
		}
		case 'tsk-failed':
			return json(200, { payload: taskWith(id, { status: 'FAILED' }) });
		case 'tsk-garbled':
			return json(200, { payload: taskWith(id, { pages: text('garbled'), status: 7 }) });
		case 'tsk-no-json':
			return new Response(`<html>${text('no-json')} ${secrets.SENDAI_API_KEY}</html>`, { status: 200, headers });
		case 'tsk-down':
			return json(503, leaks);
		case 'tsk-forbidden':
			return json(401, leaks);
		case 'tsk-thrown':
			throw new TypeError(`fetch failed: ${secrets.SENDAI_API_KEY} ${text('thrown')}`);
		case '':
			return json(404, leaks);
		default:
			return json(200, { payload: taskWith(id) });
	}
}

export const taskIds = [
	...['tsk-other', 'tsk-refused', 'tsk-denied', 'tsk-unknown', 'tsk-low', 'tsk-failed', 'tsk-garbled', 'tsk-no-json'],
	...['tsk-down', 'tsk-thrown', 'tsk-forbidden'],
];
