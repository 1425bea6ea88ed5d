/** The bot of the end-to-end measurement: real steps, loop, client and ledger; told the task ids by its parent. */
import { fileURLToPath } from 'node:url';
import { createSteps } from '../../src/cases/index.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite.ts';
import { createKeys, nodeClock, nodeDigest, nodeFetch, nodeNewId, nodeRandom } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { createSendAiClient } from '../../src/sendai/client.ts';
import { startInProcess } from '../../src/wakeups/in-process.ts';

const [path = '', baseUrl = '', concurrency = ''] = process.argv.slice(2);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const rules = await loadFolder(fileURLToPath(new URL('../fixtures/rules', import.meta.url)), nodeDigest.sha256);
if (!rules.ok) throw new Error('the rules do not load');
const { ruleSet } = rules;
const opened = await openSqliteLedger({ path, clock: nodeClock, newId: nodeNewId, mode: 'thread' });
if (!opened.ok) throw new Error(opened.message);
const { ledger } = opened;
await ledger.serve(ruleSet.revision, ruleSet.logicRevision, ruleSet.canonical);
const steps = createSteps({
	ledger,
	sendai: createSendAiClient({
		baseUrl,
		apiKey: 'benchmark-api-key',
		teamId: 'team_1',
		taskListPath: null,
		fetch: nodeFetch,
		clock: nodeClock,
		random: nodeRandom,
		concurrency: Number(concurrency),
	}),
	rules: fixedRules(ruleSet),
	keys: createKeys('a-benchmark-key-of-32-characters-or-more'),
	digest: nodeDigest,
	clock: nodeClock,
	random: nodeRandom,
	newId: nodeNewId,
	log: silent,
	alert: () => undefined,
	settings: {
		teamId: 'team_1',
		projects: ['proj_1'],
		timeZone: 'UTC',
		dailyLimit: null,
		unknownWaitMs: 60_000,
		postTimeoutMs: 20_000,
		leaseMs: 120_000,
		version: 'bench',
	},
});
const wakeups = startInProcess({
	ledger,
	work: steps,
	clock: nodeClock,
	log: silent,
	concurrency: 64,
	leaseMs: 120_000,
	sweepEveryMs: 60_000,
});

process.on('message', (message: { taskIds: readonly string[] }) => {
	void run(message.taskIds);
});
process.send?.({ ready: true });

async function run(taskIds: readonly string[]): Promise<void> {
	const id = nodeNewId();
	await ledger.accept({
		id,
		source: 'api',
		kind: 'in_review',
		name: 'bench',
		teamId: 'team_1',
		projectId: 'proj_1',
		uploadId: null,
		taskIds,
		ignored: null,
		digest: nodeDigest.sha256(id),
	});
	wakeups.poke();
	for (;;) {
		await nodeClock.sleep(25);
		const { completed } = (await ledger.counts()).cases;
		if (completed >= taskIds.length) {
			process.send?.({ completed });
			return;
		}
	}
}
