import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { createMetrics, type Metrics, type MetricsOptions } from '../../src/operations/metrics.ts';
import { fixedRules } from '../../src/rulesource/index.ts';
import { createSendAiClient } from '../../src/sendai/client.ts';
import { decision, event, intent, judged, move, openCase, openIn, openIntended } from '../ledger/ledger-under-test.ts';
import { createAppUnderTest, problemOf, webhookToken } from './app-under-test.ts';

const minute = 60_000;
const ruleSet = { revision: 'a'.repeat(64), logicRevision: 'b'.repeat(64), canonical: '{}', rules: [] };

async function createScraped(over: Partial<MetricsOptions> = {}) {
	let metrics: Metrics | null = null;
	let breaks: Error | null = null;
	let readings = 0;
	const text = async () => {
		if (metrics === null) throw new Error('too early');
		return await metrics.text();
	};
	const app = await createAppUnderTest({
		metrics: { contentType: 'text/plain; version=0.0.4; charset=utf-8', text },
	});
	onTestFinished(() => app.close());
	const ledger: Ledger = {
		...app.ledger,
		measures: async () => {
			readings += 1;
			if (breaks !== null) throw breaks;
			return await app.ledger.measures();
		},
	};
	metrics = createMetrics({
		ledger,
		rules: fixedRules(ruleSet),
		clock: app.clock,
		projects: ['proj-1'],
		dailyLimit: 10,
		timeZone: 'UTC',
		version: '1.2.3',
		...over,
	});
	return {
		app,
		metrics,
		readings: () => readings,
		breakStore(error: Error | null) {
			breaks = error;
		},
		/** The series of a fresh scrape, as they stand in it. */
		async scrape(): Promise<ReadonlyMap<string, number>> {
			await app.clock.advance(minute);
			const response = await app.read('/metrics');
			expect(response.status).toBe(200);
			return parse(await response.text());
		},
	};
}

/** Takes nothing but what the text format allows. */
function parse(text: string): ReadonlyMap<string, number> {
	const series = new Map<string, number>();
	for (const line of text.split('\n')) {
		if (line === '' || /^# (?:HELP|TYPE) [a-z_]+ \S/.test(line)) continue;
		const [, name, value] = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\[\\"n])*",?)+\})?) (\S+)$/.exec(line) ?? [];
		if (name === undefined || Number.isNaN(Number(value)) || series.has(name)) throw new Error(`not a sample: ${line}`);
		series.set(name, Number(value));
	}
	return series;
}

describe('GET /metrics', () => {
	it('is for operators who may read, and says what it is', async () => {
		const { app } = await createScraped();
		expect((await problemOf(await app.request('/metrics'))).status).toBe(401);
		const asWebhook = { headers: { authorization: `Bearer ${webhookToken}` } };
		expect((await problemOf(await app.request('/metrics', asWebhook))).status).toBe(401);
		const response = await app.read('/metrics');
		expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
		expect(response.headers.get('cache-control')).toBe('no-store');
		expect(await response.text()).toContain('# TYPE greenlane_decisions_total counter');
	});

	it('counts what is in the ledger', async () => {
		const { app, scrape } = await createScraped();
		const { ledger } = app;
		const empty = await scrape();
		expect(empty.get('greenlane_cases{state="review"}')).toBe(0);
		expect(empty.get('greenlane_decisions_total{outcome="complete"}')).toBe(0);
		expect(empty.has('greenlane_last_arrival_timestamp_seconds')).toBe(false);
		expect(empty.get('greenlane_daily_limit')).toBe(10);

		const body = {
			reasons: [
				{ code: 'rule:invoices:required:total "net"', sentence: '' },
				{ code: 'guard:in-review', sentence: '' },
			],
			rules: [
				{ id: 'invoices', mode: 'live', outcome: 'review' },
				{ id: 'trial', mode: 'shadow', outcome: 'complete' },
			],
		};
		const left = decision({ id: 'dec-left', outcome: 'review', firstReason: 'guard:in-review', body });
		await ledger.recordDecision(await openCase(ledger, 'task-1'), left, move('review'));
		await ledger.transition(await openCase(ledger, 'task-2'), move('waiting', { reason: 'hold' }));
		const at = app.clock.now();
		await openIn(ledger, 'needs_human', 'task-3');
		const taken = await openIntended(ledger, 'task-4', intent());
		await ledger.transition(taken, judged('completed', 'taken'));
		await ledger.accept(event({ id: 'evt-late' }));
		await ledger.closeGate('proj-1', 'read', 'status-401');
		await ledger.closeGate('proj-9', 'complete', 'status-403');
		await ledger.pause('proj-1', 'alice');
		await ledger.setBrake('invoices', true, 'alice');
		await ledger.setSetting('alert:read-gate-closed:proj-1', '{}');

		const series = await scrape();
		const expected: Readonly<Record<string, number>> = {
			'greenlane_cases{state="review"}': 1,
			'greenlane_cases{state="waiting"}': 1,
			'greenlane_cases{state="needs_human"}': 1,
			'greenlane_cases{state="completed"}': 1,
			'greenlane_cases{state="located"}': 0,
			'greenlane_cases_waiting{reason="hold"}': 1,
			'greenlane_oldest_case_age_seconds{state="waiting"}': 60,
			'greenlane_oldest_case_age_seconds{state="verifying"}': 0,
			greenlane_cases_needing_a_person: 1,
			'greenlane_decisions_total{outcome="review"}': 1,
			'greenlane_decisions_total{outcome="complete"}': 1,
			'greenlane_rule_decisions_total{rule="invoices",mode="live",outcome="review"}': 1,
			'greenlane_rule_decisions_total{rule="trial",mode="shadow",outcome="complete"}': 1,
			'greenlane_condition_failures_total{rule="invoices",condition="required:total \\"net\\""}': 1,
			'greenlane_review_reasons_total{reason="guard:in-review"}': 1,
			'greenlane_completions_total{result="taken"}': 1,
			'greenlane_completions_total{result="unknown"}': 0,
			'greenlane_completions_today{project="proj-1"}': 1,
			greenlane_events_accepted_total: 5,
			'greenlane_events{status="accepted"}': 1,
			'greenlane_events{status="dead"}': 0,
			greenlane_last_arrival_timestamp_seconds: at / 1_000,
			'greenlane_gate_closed{project="proj-1",gate="read"}': 1,
			'greenlane_gate_closed{project="proj-1",gate="complete"}': 0,
			'greenlane_gate_closed{project="proj-9",gate="complete"}': 1,
			'greenlane_paused{scope="*"}': 0,
			'greenlane_paused{scope="proj-1"}': 1,
			'greenlane_rule_braked{rule="invoices"}': 1,
			'greenlane_rules{mode="live"}': 0,
			greenlane_rules_refused: 0,
			'greenlane_alerts_open{kind="read-gate-closed"}': 1,
			'greenlane_build_info{version="1.2.3"}': 1,
		};
		expect(Object.fromEntries(Object.keys(expected).map((name) => [name, series.get(name)]))).toEqual(expected);
		expect([...series.keys()].find((name) => name.startsWith('greenlane_rules_info'))).toContain('a'.repeat(64));

		await ledger.resume('*', 'alice');
		await ledger.setBrake('invoices', false, 'alice');
		const later = await scrape();
		expect(later.get('greenlane_gate_closed{project="proj-1",gate="complete"}')).toBe(0);
		expect(later.has('greenlane_rule_braked{rule="invoices"}')).toBe(false);
		expect(later.has('greenlane_gate_closed{project="proj-9",gate="complete"}')).toBe(false);
	});

	it('has no series of a limit that there is not', async () => {
		const { scrape } = await createScraped({ dailyLimit: null });
		expect((await scrape()).has('greenlane_daily_limit')).toBe(false);
	});

	it('reads the ledger once in five seconds, however many ask', async () => {
		const { app, readings } = await createScraped();
		await Promise.all(Array.from({ length: 20 }, () => app.read('/metrics')));
		expect(readings()).toBe(1);
		await app.clock.advance(4_999);
		await app.read('/metrics');
		expect(readings()).toBe(1);
		await app.clock.advance(1);
		await app.read('/metrics');
		expect(readings()).toBe(2);
	});

	it('says that the store fails, as long as it does and no longer', async () => {
		const { app, breakStore } = await createScraped();
		breakStore(new Error('disk I/O error at /var/secret'));
		const { status, detail } = await problemOf(await app.read('/metrics'));
		expect(status).toBe(503);
		expect(detail).not.toContain('secret');
		breakStore(null);
		expect((await app.read('/metrics')).status).toBe(200);
	});

	it('tells how long calls to Send AI took, by call and result', async () => {
		const { app, metrics, scrape } = await createScraped();
		const answers = [404, 200, 599, 0];
		const client = createSendAiClient({
			baseUrl: 'http://127.0.0.1:1',
			apiKey: 'key',
			teamId: 'team',
			taskListPath: null,
			concurrency: 1,
			clock: { now: () => app.clock.now(), sleep: () => new Promise(() => undefined) },
			random: () => 0,
			observe: metrics.observeCall,
			fetch: async () => {
				const status = answers.shift() ?? 0;
				await app.clock.advance(300);
				if (status === 0)
					throw Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED', syscall: 'connect' });
				return new Response('{}', { status });
			},
		});
		await client.readTask({ projectId: 'p', taskId: 't' });
		await client.readUpload('p', 'u');
		// Two tries, and a wait between them that never ends.
		void client.readTask({ projectId: 'p', taskId: 't' });
		await app.clock.advance(1_000);
		metrics.observeCall('complete', '200', 1_500);
		metrics.observeCall('complete', 'a sentence', 1);
		const series = await scrape();
		const count = (labels: string) => series.get(`greenlane_send_ai_call_seconds_count{${labels}}`);
		expect(count('call="read-task",result="404"')).toBe(1);
		expect(count('call="read-upload",result="200"')).toBe(1);
		expect(count('call="read-task",result="599"')).toBe(1);
		expect(count('call="complete",result="200"')).toBe(1);
		expect(count('call="complete",result="other"')).toBe(1);
		expect(series.get('greenlane_send_ai_call_seconds_bucket{le="0.25",call="read-task",result="404"}')).toBe(0);
		expect(series.get('greenlane_send_ai_call_seconds_bucket{le="0.5",call="read-task",result="404"}')).toBe(1);
	});
});

describe('the Grafana dashboard', () => {
	const source = readFileSync(new URL('../../docs/grafana-dashboard.json', import.meta.url), 'utf8');
	const dashboard = JSON.parse(source) as {
		panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];
	};
	const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);

	it('names metrics and labels that a real scrape has, and shows every metric there is', async () => {
		const { app, metrics } = await createScraped();
		await openIn(app.ledger, 'needs_human', 'task-1');
		await app.ledger.transition(await openCase(app.ledger, 'task-2'), move('waiting', { reason: 'hold' }));
		const body = {
			reasons: ['rule:a:b', 'guard:c'].map((code) => ({ code, sentence: '' })),
			rules: [{ id: 'a', mode: 'live', outcome: 'review' }],
		};
		const left = decision({ outcome: 'review', firstReason: 'rule:a:b', body });
		await app.ledger.recordDecision(await openCase(app.ledger, 'task-3'), left, move('review'));
		await app.ledger.setBrake('a', true, 'alice');
		await app.ledger.setSetting('alert:x:', '{}');
		metrics.observeCall('read-task', '200', 10);
		const text = await (await app.read('/metrics')).text();

		const labels = new Map<string, Set<string>>();
		for (const name of parse(text).keys()) {
			const [metric = '', rest = ''] = name.split('{');
			const known = labels.get(metric) ?? new Set();
			for (const [, label = ''] of rest.matchAll(/([a-z_]+)=/g)) known.add(label);
			labels.set(metric, known);
		}
		const used = new Set<string>();
		for (const { expr, legendFormat } of targets) {
			const names = expr.match(/greenlane_[a-z_]+/g) ?? [];
			expect(names.length, expr).toBeGreaterThan(0);
			for (const name of names) {
				expect([...labels.keys()]).toContain(name);
				used.add(name.replace(/_(?:bucket|count|sum)$/, ''));
				const asked = [
					...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
					...[...expr.matchAll(/\{([a-z_]+)=/g)].map(([, label = '']) => label),
					...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
				];
				for (const label of asked) expect([...(labels.get(name) ?? [])], `${label} in ${expr}`).toContain(label);
			}
		}
		const all = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
		expect(all.toSorted()).toEqual([...used].toSorted());
	});

	it('counts what the ledger counts once, however many processes are scraped', () => {
		for (const { expr } of targets) {
			if (expr.includes('send_ai_call')) continue;
			expect(expr, expr).toMatch(/max(?: by \([^)]*\))? ?\(/);
		}
		expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
	});
});
