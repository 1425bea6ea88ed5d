/** The real webhook over the real ledger, with nothing behind it: what is measured is accepting, durably, and no more. */
import { serve } from '@hono/node-server';
import { createApp } from '../../src/http/index.ts';
import { openLedgerAt } from '../../src/ledger/open-ledger.ts';
import { nodeClock, nodeDigest, nodeNewId } from '../../src/platform/node.ts';
import { fixedRules } from '../../src/rulesource/index.ts';

const [url = ''] = process.argv.slice(2);
const address = url.startsWith('file:')
	? ({ kind: 'file', path: url.slice('file:'.length) } as const)
	: ({ kind: 'postgres', url } as const);
const opened = await openLedgerAt(address, { clock: nodeClock, newId: nodeNewId, mode: 'thread' });
if (!opened.ok) throw new Error(opened.message);
const { ledger } = opened;
const app = createApp({
	teamId: 'team_1',
	projects: ['proj_1'],
	webhookSecrets: ['benchmark-webhook-token'],
	operators: [],
	ledger,
	inbox: ledger,
	rules: fixedRules({ revision: '', logicRevision: '', canonical: '{}', rules: [] }),
	digest: nodeDigest,
	newId: nodeNewId,
	clock: nodeClock,
	timeZone: 'UTC',
	version: 'bench',
	log: { info: () => undefined, warn: () => undefined, error: () => undefined },
	poke: () => undefined,
});
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.({ port }));
process.on('SIGTERM', () => {
	server.close(() => {
		void ledger.close().then(() => process.exit(0));
	});
});
