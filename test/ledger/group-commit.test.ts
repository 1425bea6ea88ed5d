import { expect, test } from 'vitest';
import { createGroupCommit } from '../../src/ledger/group-commit.ts';
import { bind } from '../../src/ledger/sql/statements.ts';

/** A runner that answers at once, and counts what runs beside another. */
function createRunner() {
	let inside = 0;
	let most = 0;
	let closed = false;
	return {
		runner: {
			async run(group: readonly unknown[]) {
				if (closed) throw new Error('closed');
				inside += 1;
				most = Math.max(most, inside);
				await Promise.resolve();
				inside -= 1;
				return group.map(() => ({ ok: true as const, rows: [] }));
			},
			async close() {
				closed = true;
			},
		},
		most: () => most,
	};
}

const clock = { now: () => 0, sleep: () => Promise.reject(new Error('never sleeps')) };

test('whoever is answered and asks again at once is answered again, however few turns lie between', async () => {
	const { runner, most } = createRunner();
	const store = createGroupCommit(runner, clock, queueMicrotask);
	for (let hops = 0; hops < 6; hops += 1) {
		await store.run([bind('serving')]);
		for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
		const answer = await Promise.race([
			store.run([bind('serving')]),
			new Promise((resolve) => setTimeout(resolve, 200, 'never')),
		]);
		expect(answer, `${hops} turns`).toEqual([]);
	}
	expect(most()).toBe(1);
});

test('what was asked before the end is answered before the store closes', async () => {
	const { runner, most } = createRunner();
	const store = createGroupCommit(runner, clock, queueMicrotask);
	const first = store.run([bind('serving')]).then(() => store.run([bind('serving')]));
	const others = Array.from({ length: 200 }, () => store.run([bind('serving')]));
	await Promise.all(others.slice(0, 1));
	await store.close();
	await expect(Promise.all([...others, first.catch(() => 'refused')])).resolves.toHaveLength(201);
	expect(most()).toBe(1);
	await expect(store.run([bind('serving')])).rejects.toThrow('the ledger is closed');
});
