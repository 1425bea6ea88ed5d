/** The live example rule on documents as the simulator makes them: with which mistakes, is known here. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decision/index.ts';
import { nodeDigest } from '../../src/platform/node.ts';
import { loadFolder } from '../../src/rulesource/folder.ts';
import { parseTask } from '../../src/sendai/task-schema.ts';
import { DEFAULT_EXTRACTION, extractDocument, isRight, makeDocument } from '../../src/simulator/documents/index.ts';
import { seededRandom } from '../../src/simulator/index.ts';

const loaded = await loadFolder(fileURLToPath(new URL('../../rules', import.meta.url)), nodeDigest.sha256);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
const { ruleSet } = loaded;
const today = Date.parse('2026-06-01T08:00:00Z');

/** Extractions of documents of one kind, each with whether it is right and whether it would be completed. */
function judgeMany(kind: 'invoice' | 'identity', language: 'nl' | 'en', count: number, options = {}) {
	const random = seededRandom(7);
	return Array.from({ length: count }, (_, index) => {
		const source = makeDocument(random, kind, language, today);
		const { pages, truth } = extractDocument(source, { ...DEFAULT_EXTRACTION, ...options }, random);
		const reading = parseTask({
			id: `task_${index}`,
			name: source.name,
			created_at: '2026-06-01T08:00:00Z',
			meta: source.meta,
			status: 'REVIEWING',
			step_type: 'EXTRACT',
			upload_id: 'upl_1',
			project_id: 'proj_1',
			approved: false,
			exported_at: null,
			export_failed_at: null,
			last_opened_at: null,
			pages,
		});
		const decision = decide({
			reading,
			ruleSet,
			projectKnown: true,
			today: '2026-06-01',
			version: 'test',
			fingerprint: '',
			draw: null,
			braked: new Set(),
		});
		return { right: isRight(pages, truth), completed: decision.outcome === 'complete', pages, truth, decision };
	});
}

const share = (some: readonly unknown[], all: readonly unknown[]) => some.length / all.length;

describe('Dutch invoices', () => {
	it('are completed for a good part when they are right', () => {
		const right = judgeMany('invoice', 'nl', 1_000).filter((one) => one.right);
		expect(
			share(
				right.filter(({ completed }) => completed),
				right,
			),
		).toBeGreaterThan(0.4);
	});

	it('are all completed when they are right and certain', () => {
		const certain = judgeMany('invoice', 'nl', 300, { right: true, confidence: 0.99 });
		// Above the limit a person looks.
		const stopped = certain.filter(({ completed }) => !completed).flatMap(({ decision }) => decision.reasons);
		expect([...new Set(stopped.map(({ code }) => code))]).toEqual(['rule:invoice:amount-limit']);
		expect(stopped.length).toBeLessThan(60);
	});

	it('are left when something is wrong, unless nothing on the page could tell', () => {
		const wrong = judgeMany('invoice', 'nl', 2_000, { right: false }).filter((one) => !one.right);
		const slipped = wrong.filter(({ completed }) => completed);
		expect(share(slipped, wrong)).toBeLessThan(0.05);
		// What slips through was read with confidence, and is no amount that sums would find.
		const fields = slipped.flatMap(({ pages, truth }) =>
			pages.flatMap((page) =>
				page.annotations.filter((one) => truth.annotations.get(one.id) !== one.content).map((one) => one.entity_id),
			),
		);
		for (const amount of ['net_amount', 'tax_amount', 'total_amount', 'currency']) expect(fields).not.toContain(amount);
	});

	it('are left when net and total are wrong by the same amount, however certain, but for a few cents', () => {
		const judged = judgeMany('invoice', 'nl', 2_000, { fieldErrorRate: 0.1, consistentlyWrong: 1, confidence: 0.99 });
		const cents = (text: string | null | undefined) => Number((text ?? '').replace(/\D/g, ''));
		const off = judged.flatMap(({ pages, truth, completed }) => {
			const by = (entity: string) => {
				const found = pages.flatMap((page) => page.annotations).find((one) => one.entity_id === entity);
				return found === undefined ? 0 : cents(found.content) - cents(truth.annotations.get(found.id));
			};
			const difference = by('net_amount');
			// Nine percent of eleven cents is what rounding hides.
			return difference > 11 && difference === by('total_amount') ? [completed] : [];
		});
		expect(off.length).toBeGreaterThan(50);
		expect(off.filter((completed) => completed)).toEqual([]);
	});
});

describe('other documents', () => {
	it.each([
		['invoice', 'en'],
		['identity', 'nl'],
		['identity', 'en'],
	] as const)('%s in %s: none is completed, no live rule is for it', (kind, language) => {
		const judged = judgeMany(kind, language, 50, { right: true, confidence: 0.99 });
		expect(judged.some(({ completed }) => completed)).toBe(false);
		expect(judged[0]?.decision.reasons.map(({ code }) => code)).toEqual(['no-live-rule']);
	});

	it('show in shadow what they would come to', () => {
		const judged = judgeMany('identity', 'nl', 200, { right: true, confidence: 0.99 });
		const would = judged.filter(({ decision }) => decision.shadow['identity-document'] === 'complete');
		// Some have expired, are not signed or not ticked: right on paper, and not to be passed.
		expect(share(would, judged)).toBeGreaterThan(0.6);
		expect(share(would, judged)).toBeLessThan(0.95);
	});
});
