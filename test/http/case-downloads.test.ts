import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { csvCell, streamCases } from '../../src/http/case-downloads.ts';
import { createAppUnderTest, operator, problemOf } from './app-under-test.ts';

async function appWith(taskIds: readonly string[]) {
	const app = await createAppUnderTest();
	onTestFinished(() => app.close());
	// One event names a thousand tasks at most.
	for (let from = 0; from < taskIds.length; from += 1_000) {
		const some = taskIds.slice(from, from + 1_000);
		await app.operate('/v1/tasks', { project_id: 'proj_1', task_ids: some });
		const [claim] = await app.ledger.claimDueEvents(1, 60_000);
		if (claim === undefined) throw new Error('no event');
		const tasks = some.map((taskId) => ({ projectId: 'proj_1', taskId }));
		await app.ledger.finishEvent(claim, { kind: 'located', tasks, uploadId: null });
	}
	return app;
}

test('the CSV has a header and every case once, also beyond one part', async () => {
	const ids = Array.from({ length: 777 }, (_, index) => `tsk_${index}`);
	const app = await appWith(ids);
	const response = await app.read('/v1/cases.csv');
	expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
	expect(response.headers.get('content-disposition')).toBe('attachment; filename="greenlane-tasks.csv"');
	const lines = (await response.text()).split('\r\n');
	expect(lines[0]).toMatch(/^id,project_id,task_id,/);
	expect(lines.at(-1)).toBe('');
	expect(lines.slice(1, -1).map((line) => line.split(',')[2])).toEqual(ids.toReversed().map((id) => `"${id}"`));
});

test('the JSON lines are those of the list, filtered alike', async () => {
	const app = await appWith(['tsk_1', 'tsk_2']);
	const lines = (await (await app.read('/v1/cases.jsonl?id=tsk_2')).text()).trimEnd().split('\n');
	const { cases } = (await (await app.read('/v1/cases?id=tsk_2')).json()) as { cases: unknown[] };
	expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(cases);
	expect(cases).toHaveLength(1);
	expect(await (await app.read('/v1/cases.jsonl?outcome=gone')).text()).toBe('');
	expect(await problemOf(await app.read('/v1/cases.csv?limit=5'))).toMatchObject({ status: 400 });
});

test('a spreadsheet finds no formula in any cell', () => {
	for (const text of ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', ' =1', '=HYPERLINK("http://evil.example")']) {
		expect(csvCell(text)).toMatch(/^"'/);
	}
	expect(csvCell('task_1')).toBe('"task_1"');
	expect(csvCell(-1)).toBe('-1');
	fc.assert(
		fc.property(fc.string(), (text) => {
			const inner = csvCell(text).slice(1, -1).replaceAll('""', '"');
			// Quotes are doubled, nothing is lost, and what is left begins with no sign of a formula.
			expect(inner === text || inner === `'${text}`).toBe(true);
			expect(inner).not.toMatch(/^\s*[=+\-@\t\r\n]/);
		}),
		{ seed: 11 },
	);
});

test.each(['csv', 'jsonl'])(
	'of many cases as %s the first part is on its way before the ledger is asked for the next',
	async (format) => {
		const total = 1_200;
		const held = await appWith(Array.from({ length: total }, (_, index) => `tsk_${index}`));
		let calls = 0;
		let firstRead: () => void = () => undefined;
		const first = new Promise<void>((resolve) => {
			firstRead = resolve;
		});
		const listCases: typeof held.ledger.listCases = async (filter) => {
			calls += 1;
			// Whoever collects everything waits here for what is never sent.
			if (calls > 1) await first;
			return await held.ledger.listCases(filter);
		};
		const app = await createAppUnderTest({
			ledger: Object.assign(Object.create(held.ledger) as typeof held.ledger, { listCases }),
		});
		onTestFinished(() => app.close());
		const parts = (await app.read(`/v1/cases.${format}`)).body?.getReader();
		if (parts === undefined) throw new Error('there is no body');
		const lines: number[] = [];
		for (let part = await parts.read(); !part.done; part = await parts.read()) {
			lines.push(new TextDecoder().decode(part.value).split('\n').length - 1);
			firstRead();
		}
		const header = format === 'csv' ? 1 : 0;
		expect(lines).toEqual([500 + header, 500, 200]);
		expect(calls).toBe(3);
	},
);

test('a store that fails on the way breaks the answer off', async () => {
	const app = await appWith(['tsk_1']);
	let calls = 0;
	const ledger = {
		...app.ledger,
		listCases: async (filter: Parameters<typeof app.ledger.listCases>[0]) => {
			calls += 1;
			if (calls > 1) throw new Error('the disk is full of secrets');
			return { ...(await app.ledger.listCases(filter)), next: '1' };
		},
	};
	const logged: string[] = [];
	const log = { info: () => undefined, warn: () => undefined, error: (message: string) => void logged.push(message) };
	const stream = streamCases({ ledger, log }, 'csv', {});
	await expect(new Response(stream).text()).rejects.toThrow('the store failed');
	expect(logged).toEqual(['a download broke off: the store failed']);
	expect(operator.role).toBe('operate');
});
