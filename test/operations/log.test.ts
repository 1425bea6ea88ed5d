import { describe, expect, it } from 'vitest';
import { createLog, type LogOptions } from '../../src/operations/log.ts';
import { createPlainLog } from '../../src/operations/plain-log.ts';
import type { Log, LogFields } from '../../src/platform/index.ts';
import { nodeClock } from '../../src/platform/node.ts';

const kinds: readonly (readonly [where: string, create: (options: LogOptions) => Log])[] = [
	['on Node', createLog],
	['of a Worker', (options) => createPlainLog({ ...options, clock: nodeClock })],
];

describe.each(kinds)('the log %s', (_where, create) => {
	function record(options: Partial<LogOptions> = {}) {
		const lines: string[] = [];
		const log = create({ format: 'json', write: (line) => lines.push(line), ...options });
		return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
	}

	it('writes one JSON object a line', () => {
		const { log, lines, last } = record();
		log.info('event located', { event_id: 'evt_1', count: 3 });
		log.warn('gate closed');
		log.error('step failed', { code: 'SQLITE_FULL', status: 500 });
		expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
			{ time: expect.any(String), level: 'info', message: 'event located', event_id: 'evt_1', count: 3 },
			{ time: expect.any(String), level: 'warning', message: 'gate closed' },
			{ time: expect.any(String), level: 'error', message: 'step failed', status: 500, code: 'SQLITE_FULL' },
		]);
		expect(Date.parse(String(last().time))).not.toBeNaN();
	});

	it('lets no field out that is not on the list', () => {
		const { log, lines } = record();
		const smuggled = { event_id: 'evt_1', content: 'IBAN NL00BANK0123456789', task: { name: 'invoice of Jansen' } };
		log.info('located', smuggled as LogFields);
		expect(Object.keys(JSON.parse(lines[0] ?? '') as object)).toEqual(['time', 'level', 'message', 'event_id']);
		expect(lines[0]).not.toMatch(/IBAN|Jansen/);
	});

	it('lets no value out that is not of its type, and no sentence in place of a code', () => {
		const { log, last } = record();
		const values = {
			reason: 'Jansen Holding BV, Amsterdam',
			code: { toString: () => 'object' },
			count: 'Jansen',
			status: Number.NaN,
			task_id: ['tsk_1'],
			state: 'review',
		};
		log.info('x', values as unknown as LogFields);
		expect(last()).toEqual({
			time: expect.any(String),
			level: 'info',
			message: 'x',
			reason: '[removed]',
			state: 'review',
		});
	});

	it('reads fields of its own alone, not inherited ones', () => {
		const { log, last } = record();
		log.info('x', Object.create({ code: 'inherited' }) as LogFields);
		expect(last()).not.toHaveProperty('code');
	});

	it('blots out secrets wherever they stand', () => {
		const secrets = ['sk_live_0123456789', 'sk_live_0123456789abcdef', 'pa"ss\\word-0123'];
		const { log, lines } = record({ secrets });
		log.error(`failed with ${secrets[1]} and ${secrets[2]}`, {
			task_id: `tsk_${secrets[0]}`,
			reason: secrets[2],
			address: `http://127.0.0.1/?key=${secrets[1]}`,
		} as LogFields);
		for (const secret of secrets) {
			expect(lines[0]).not.toContain(secret);
			expect(lines[0]).not.toContain(JSON.stringify(secret).slice(1, -1));
		}
		expect(lines[0]).not.toContain('abcdef');
		expect(lines[0]?.match(/\[secret\]/g)).toHaveLength(5);
	});

	it('keeps every entry on one line, braces and all', () => {
		const { log, lines, last } = record();
		log.info('a {b} {{c}}\nforged: {"level":"error"}\u001b[31m\u2028');
		expect(lines[0]).not.toMatch(/[\p{Cc}\p{Zl}]/u);
		expect(last().message).toBe('a {b} {{c}} forged: {"level":"error"} [31m ');
		log.info('x', { reason: 'x\ny' });
		expect(last().reason).toBe('[removed]');
		log.info('y'.repeat(10_000), { reason: 'z'.repeat(10_000) });
		expect(lines.at(-1)?.length).toBeLessThan(1_000);
	});

	it('is readable on a terminal, with colour only where it is wanted', () => {
		const { log, lines } = record({ format: 'pretty' });
		log.warn('gate closed', { project_id: 'proj_1', status: 403 });
		expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warning gate closed {2}project_id=proj_1 status=403$/);
		const coloured = record({ format: 'pretty', colour: true });
		coloured.log.error('x');
		expect(coloured.lines[0]).toContain('\u001b[31m');
	});

	it('may be told to be quiet, and logs do not hear each other', () => {
		const quiet = record({ lowestLevel: 'error' });
		const other = record();
		quiet.log.info('a');
		quiet.log.warn('b');
		quiet.log.error('c');
		expect(quiet.lines).toHaveLength(1);
		expect(other.lines).toHaveLength(0);
	});
});
