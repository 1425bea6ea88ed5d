import { measureAccepts } from '../accepts.ts';
import { one, type Part, percent, whole } from '../part.ts';

export const acceptsPart: Part = {
	name: 'accepts',
	heading: 'Durable accepts',
	async measure(quick, say) {
		const results = [];
		for (const connections of [64, 256]) {
			const result = await measureAccepts(connections, quick ? 2 : 6);
			say(
				`${connections} connections: ${whole(result.ours.perSecond)}/s p99 ${one(result.ours.p99)} ms; bare Hono ${whole(result.bare.perSecond)}/s, node:sqlite ${whole(result.inserts)}/s; ${percent(result.share)} of the lower`,
			);
			results.push(result);
		}
		return [
			'`POST /webhooks/send-ai` with a bearer token, answered after the commit (SQLite, WAL, `synchronous=FULL`, group commit), beside two limits measured before and after it: a bare Hono endpoint on node-server that only parses the body, and `node:sqlite` inserting such rows in transactions of 64.',
			'',
			'| Connections | Greenlane /s | p50 ms | p99 ms | failed | bare Hono /s | bare p99 ms | node:sqlite rows/s | of the lower limit (aim: 70 %) |',
			'|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
			...results.map(
				(r) =>
					`| ${r.connections} | ${whole(r.ours.perSecond)} | ${one(r.ours.p50)} | ${one(r.ours.p99)} | ${r.ours.failed} | ${whole(r.bare.perSecond)} | ${one(r.bare.p99)} | ${whole(r.inserts)} | ${percent(r.share)} |`,
			),
		];
	},
};
