import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { explainOpening } from '../../src/ledger/sqlite-faults.ts';
import type { CaseClaim, GateKind, Ledger } from '../../src/ledger/types.ts';
import { nodeClock, nodeNewId } from '../../src/platform/node.ts';
import { afterFirstRead, decision, event, intent, judged, move, openCase, openIntended } from './ledger-under-test.ts';

/** A path in a folder that goes with the test. */
function freshPath(): string {
	const folder = mkdtempSync(join(tmpdir(), 'greenlane-ledger-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return join(folder, 'greenlane.db');
}

const opening = (path: string, mode: 'here' | 'thread' = 'here') =>
	openSqliteLedger({ path, clock: nodeClock, newId: nodeNewId, mode });

async function open(path: string, mode: 'here' | 'thread' = 'here'): Promise<Ledger> {
	const opened = await opening(path, mode);
	if (!opened.ok) throw new Error(opened.message);
	onTestFinished(() => opened.ledger.close());
	return opened.ledger;
}

async function refusalOf(path: string, mode: 'here' | 'thread' = 'here'): Promise<string> {
	const opened = await opening(path, mode);
	if (opened.ok) {
		await opened.ledger.close();
		throw new Error('it was opened');
	}
	return opened.message;
}

interface Other {
	readonly child: ChildProcess;
	/** What it printed after `ready`. */
	readonly ids: string[];
	readonly ended: Promise<unknown>;
}

async function startOther(task: 'accept' | 'claim', path: string): Promise<Other> {
	const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
	const script = fileURLToPath(new URL('other-process.ts', import.meta.url));
	const child = spawn(node, [script, task, path], { stdio: ['pipe', 'pipe', 'inherit'] });
	onTestFinished(() => void child.kill('SIGKILL'));
	const ids: string[] = [];
	const ended = once(child, 'close');
	const lines = createInterface({ input: child.stdout });
	const ready = once(lines, 'line');
	await ready;
	lines.on('line', (line) => ids.push(line));
	return { child, ids, ended };
}

describe('durability', () => {
	test('what was accepted is there after the process was killed', async () => {
		const path = freshPath();
		const other = await startOther('accept', path);
		while (other.ids.length < 100) await nodeClock.sleep(5);
		other.child.kill('SIGKILL');
		await other.ended;
		// The last line may have been cut.
		const told = other.ids.slice(0, -1);
		const ledger = await open(path);
		for (const id of told) expect(await ledger.getEvent(id), id).toMatchObject({ status: 'accepted' });
	});

	test('closing commits what waits, moves it into the file, and takes nothing more', async () => {
		for (const mode of ['here', 'thread'] as const) {
			const path = freshPath();
			const ledger = await open(path, mode);
			const accepts = Array.from({ length: 100 }, (_, n) => ledger.accept(event({ id: `evt-${n}` })));
			await Promise.all([ledger.close(), ledger.close()]);
			expect(await Promise.all(accepts)).toHaveLength(100);
			await expect(ledger.accept(event())).rejects.toThrow('the ledger is closed');
			expect(existsSync(`${path}-wal`)).toBe(false);
			expect((await (await open(path)).counts()).events.accepted).toBe(100);
		}
	});

	test('every commit is flushed to disk, and other programs can read meanwhile', async () => {
		const path = freshPath();
		await open(path);
		const database = new DatabaseSync(path, { readOnly: true });
		expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
		database.close();
		// `synchronous` is of a connection, not of the file, so that only its source can be asked.
		const source = readFileSync(new URL('../../src/ledger/sqlite-database.ts', import.meta.url), 'utf8');
		expect(source.match(/PRAGMA synchronous = \w+/g)).toEqual(['PRAGMA synchronous = FULL']);
	});
});

describe('group commit', () => {
	/** Commits in the write-ahead log: frames that carry the size of the database (https://sqlite.org/fileformat2.html). */
	function commitsIn(path: string): number {
		const log = readFileSync(`${path}-wal`);
		const frame = 24 + log.readUInt32BE(8);
		const salt = log.subarray(16, 24);
		let commits = 0;
		for (let at = 32; at + frame <= log.length; at += frame) {
			if (log.subarray(at + 8, at + 16).equals(salt) && log.readUInt32BE(at + 4) !== 0) commits += 1;
		}
		return commits;
	}

	test.each(['here', 'thread'] as const)('writes that come together share a transaction (%s)', async (mode) => {
		const path = freshPath();
		const ledger = await open(path, mode);
		await ledger.ping();
		const before = commitsIn(path);
		const accept = (n: number) => ledger.accept(event({ id: `evt-${n}` }));
		await Promise.all(Array.from({ length: 64 }, (_, n) => accept(n)));
		expect(commitsIn(path) - before).toBe(1);
		await Promise.all(Array.from({ length: 200 }, (_, n) => accept(100 + n)));
		expect(commitsIn(path) - before).toBeLessThanOrEqual(1 + 5);
		// Alone it waits for nobody.
		await accept(1_000);
		expect(commitsIn(path) - before).toBeLessThanOrEqual(1 + 5 + 1);
	});

	test.each(['here', 'thread'] as const)(
		'one that fails is undone alone, the others of its group stand (%s)',
		async (mode) => {
			const ledger = await open(freshPath(), mode);
			const claim = await openIntended(ledger);
			const answers = await Promise.allSettled([
				ledger.accept(event({ id: 'evt-a' })),
				// An id that is taken: the second statement of a batch, and a whole batch, go wrong.
				ledger.recordIntent(await reclaimed(ledger, claim), intent({ attemptId: 'att-1' })),
				ledger.closeGate('proj-1', 'neither' as GateKind, 'status-403'),
				ledger.resume('*', 'alice'),
				ledger.accept(event({ id: 'evt-b' })),
			]);
			expect(answers.map(({ status }) => status)).toEqual([
				'fulfilled',
				'rejected',
				'rejected',
				'fulfilled',
				'fulfilled',
			]);
			expect(await ledger.getEvent('evt-a')).not.toBeNull();
			expect(await ledger.getEvent('evt-b')).not.toBeNull();
			expect(await ledger.gates()).toEqual([]);
			expect(await ledger.attemptsOf(claim.case.id)).toHaveLength(1);
		},
	);

	/** The same case, its attempt given back, held again. */
	async function reclaimed(ledger: Ledger, before: CaseClaim) {
		const caseId = before.case.id;
		const held = await ledger.getCase(caseId);
		if (held === null) throw new Error('there is no case');
		const claim = { ...before, case: held, fence: held.fence };
		const attempt = { id: 'att-1', verdict: 'not-sent' } as const;
		await ledger.transition(claim, { state: 'waiting', reason: null, dueInMs: 0, attempt });
		const again = await ledger.claimCase(caseId, 60_000);
		if (again === null) throw new Error('the case is held');
		return again;
	}

	test('what fails says so without a word of what was to be written', async () => {
		const ledger = await open(freshPath());
		const failing = ledger.closeGate('proj-secret', 'neither' as GateKind, 'reason-secret');
		await expect(failing).rejects.toThrow(/^the ledger failed: /);
		await expect(failing).rejects.not.toThrow(/secret/);
	});
});

describe('a thread that breaks', () => {
	test('rejects what waits and all that comes later, and can be closed', async () => {
		const started = once(process, 'worker') as Promise<[Worker]>;
		const ledger = await open(freshPath(), 'thread');
		const [worker] = await started;
		const waiting = Array.from({ length: 3 }, (_, n) => ledger.accept(event({ id: `evt-${n}` })));
		const settled = Promise.allSettled(waiting);
		await worker.terminate();
		const answers = await settled;
		for (const answer of answers) {
			if (answer.status === 'rejected') expect(String(answer.reason)).toMatch(/the thread of the ledger has ended/);
		}
		await expect(ledger.ping()).rejects.toThrow('the thread of the ledger has ended');
		await expect(ledger.accept(event())).rejects.toThrow('the thread of the ledger has ended');
		await ledger.close();
	});
});

describe('several on one file', () => {
	test('many that start at once on a new file all find the same ledger', async () => {
		const path = freshPath();
		const ledgers = await Promise.all(Array.from({ length: 4 }, () => open(path, 'thread')));
		await Promise.all(ledgers.map((ledger, n) => ledger.accept(event({ id: `evt-${n}` }))));
		expect((await ledgers[0]?.counts())?.events.accepted).toBe(4);
	});

	test('two processes never claim the same event', async () => {
		const path = freshPath();
		const ledger = await open(path, 'thread');
		await Promise.all(Array.from({ length: 120 }, (_, n) => ledger.accept(event({ id: `evt-${n}` }))));
		const others = await Promise.all([startOther('claim', path), startOther('claim', path)]);
		for (const { child } of others) child.stdin?.write('one\n');
		while (others.some(({ ids }) => ids.length === 0)) await nodeClock.sleep(5);
		for (const { child } of others) child.stdin?.write('all\n');
		const mine: string[] = [];
		for (;;) {
			const [claim] = await ledger.claimDueEvents(1, 600_000);
			if (claim === undefined) break;
			mine.push(claim.event.id);
		}
		await Promise.all(others.map(({ ended }) => ended));
		const all = [...mine, ...others.flatMap(({ ids }) => ids)];
		expect(all).toHaveLength(120);
		expect(new Set(all).size).toBe(120);
		expect(others.every(({ ids }) => ids.length > 0)).toBe(true);
	});
});

describe('what cannot be opened', () => {
	test.each(['here', 'thread'] as const)(
		'a newer ledger is refused in plain words and not touched (%s)',
		async (mode) => {
			const path = freshPath();
			await (await open(path)).close();
			const database = new DatabaseSync(path);
			database.exec('PRAGMA user_version = 99');
			database.close();
			const before = readFileSync(path);
			const message = await refusalOf(path, mode);
			expect(message).toMatch(/is of version 99, and this Greenlane knows versions up to \d+\./);
			expect(message).toContain('nothing was changed');
			expect(readFileSync(path)).toEqual(before);
			expect(existsSync(`${path}-wal`)).toBe(false);
		},
	);

	test.each([
		['with tables', 'CREATE TABLE invoices (id INTEGER)'],
		['that says whose it is', 'PRAGMA application_id = 1234'],
		['with a version of its own', 'CREATE TABLE invoices (id INTEGER); PRAGMA user_version = 1;'],
	])('a database of something else, %s, is refused and not touched', async (_what, sql) => {
		const path = freshPath();
		const database = new DatabaseSync(path);
		database.exec(sql);
		database.close();
		const before = readFileSync(path);
		expect(await refusalOf(path)).toContain('a database of something else');
		expect(readFileSync(path)).toEqual(before);
	});

	test.each(['here', 'thread'] as const)('a file that is no database is named, with what to do (%s)', async (mode) => {
		const path = freshPath();
		writeFileSync(path, 'This is a letter, and a long one, so that nobody takes it for an empty file.'.repeat(20));
		expect(await refusalOf(path, mode)).toMatch(/is not a database.* name another one\./);
	});

	test('a folder that does not exist is said', async () => {
		expect(await refusalOf(join(freshPath(), 'nowhere', 'greenlane.db'))).toMatch(/Check that the folder .* exists/);
	});

	test('one that another program holds is said, and that a full disk is full', () => {
		const fault = (message: string, errcode: number) => Object.assign(new Error(message), { errcode });
		expect(explainOpening('x.db', fault('database is locked', 5))).toMatch(/Another program holds it/);
		// Extended codes keep the primary one in their lowest byte.
		expect(explainOpening('x.db', fault('disk I/O error', 10 | (3 << 8)))).toMatch(/The disk failed/);
		expect(explainOpening('x.db', fault('database or disk is full', 13))).toMatch(/make room/);
		expect(explainOpening('x.db', new Error('something'))).toMatch(/something\. Check DATABASE_URL/);
	});
});

describe('a ledger from before the statement had tables of its own', () => {
	test('counts what it holds, as if it had counted from the start', async () => {
		const path = freshPath();
		const ledger = await open(path);
		for (const task of ['task-1', 'task-2']) {
			const claim = await openIntended(ledger, task, { attemptId: `att-${task}`, decisionId: `dec-${task}` });
			await ledger.transition(claim, judged('completed', 'taken'));
		}
		const audited = afterFirstRead(await openCase(ledger, 'task-3'));
		const body = { outcome: 'complete', auditShare: 0.25, draw: { u: 0.125, keyId: 'abcd1234' } };
		await ledger.recordDecision(audited, decision({ id: 'dec-task-3', withheld: 'audit', body }), move('audit'));
		const month = [0, 4e12] as const;
		const counted = await ledger.passedBetween(...month);
		expect(counted[0]).toMatchObject({ completed: 2, audited: 1, sampled: 1 });
		await ledger.close();

		const database = new DatabaseSync(path);
		database.exec(`DROP TRIGGER cases_completed; DROP TRIGGER cases_held_out;
			DROP TABLE completed_tallies; DROP TABLE audits; DROP TABLE contents; DROP TABLE content_views; DROP TABLE further_acts; PRAGMA user_version = 6;`);
		database.close();
		expect(await (await open(path)).passedBetween(...month)).toEqual(counted);
	});
});
