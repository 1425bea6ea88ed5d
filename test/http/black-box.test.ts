/** One suite for both runtimes, before `serve` on Node and before the Worker on workerd. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operator, reader, webhookKey, webhookToken } from './app-under-test.ts';
import { differences, expected } from './black-box/differences.ts';
import type { Opened } from './black-box/opened.ts';
import { rules } from './black-box/tasks-to-judge.ts';
import { blackBox } from './black-box.ts';
import { projectId, type RunningGreenlane, startOnNode, startOnWorker, teamId } from './running-greenlane.ts';

describe('on Node', () => blackBox(async () => openedOf(await startOnNode(rules)), expected.node));
describe('on workerd', () => blackBox(async () => openedOf(await startOnWorker(rules)), expected.worker));

describe('the differences', () => {
	it('are those that the document lists', async () => {
		const text = await readFile(new URL('../../docs/workers.md', import.meta.url), 'utf8');
		const section = /^## Differences\n(.*?)^## /ms.exec(text)?.[1] ?? '';
		const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
		const cells = rows.map((row) =>
			row
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
		expect(cells).toEqual(differences.map(({ what, said }) => [what, said.node, said.worker]));
	});

	it('are each expected of a runtime, and each really one', () => {
		const members = Object.keys(expected.node) as (keyof typeof expected.node)[];
		expect(differences.flatMap((one) => one.members).sort()).toEqual(members.sort());
		for (const member of members) expect(expected.node[member]).not.toEqual(expected.worker[member]);
	});
});

function openedOf({ url, simulator, rulesDir, close }: RunningGreenlane): Opened {
	return {
		...{ url, simulator, close, webhookToken, webhookKey, teamId, projectId },
		...{ token: operator.token, readToken: reader.token },
		async putRule(id, text) {
			const path = join(rulesDir, `${id}.json`);
			await (text === null ? rm(path) : writeFile(path, text));
		},
	};
}
