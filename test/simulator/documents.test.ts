import { describe, expect, it } from 'vitest';
import { formatAmount, formatDate } from '../../src/simulator/documents/index.ts';
import { MALFORMATIONS, makeDocument, seededRandom, type WireTask } from '../../src/simulator/index.ts';
import { createBench, payloadOf, START } from './bench.ts';

const manyTasks = (count: number, documents = {}, seed = 4) => {
	const { simulator } = createBench({ seed, documents });
	simulator.createTasks(count);
	return simulator.tasks();
};

const annotationsOf = (wire: unknown) => (wire as WireTask).pages.flatMap((page) => page.annotations);

describe('documents', () => {
	it('are formatted as in their country', () => {
		expect(formatAmount(123_456, 'nl')).toBe('€ 1.234,56');
		expect(formatAmount(123_456, 'en')).toBe('£1,234.56');
		expect(formatAmount(123_456_789, 'nl')).toBe('€ 1.234.567,89');
		expect(formatAmount(5, 'en')).toBe('£0.05');
		expect(formatDate({ year: 2026, month: 12, day: 31 }, 'nl')).toBe('31-12-2026');
		expect(formatDate({ year: 2026, month: 2, day: 1 }, 'en')).toBe('01/02/2026');
	});

	it('are invoices whose lines add up to net, and net and tax to the total', () => {
		for (const language of ['nl', 'en'] as const) {
			for (let seed = 0; seed < 200; seed += 1) {
				const invoice = makeDocument(seededRandom(seed), 'invoice', language, START);
				const cents = (entityId: string) =>
					invoice.fields.filter((field) => field.entityId === entityId).map((field) => field.cents ?? Number.NaN);
				const sum = (list: number[]) => list.reduce((total, value) => total + value, 0);
				expect(sum(cents('line_amount')), `seed ${seed}`).toBe(cents('net_amount')[0]);
				expect(sum([...cents('net_amount'), ...cents('tax_amount')])).toBe(cents('total_amount')[0]);
				expect(invoice.fields.map(({ entityId }) => entityId)).toEqual(
					expect.arrayContaining(['invoice_number', 'invoice_date', 'due_date', 'supplier_name', 'iban', 'currency']),
				);
				expect(isIban(invoice.fields.find(({ entityId }) => entityId === 'iban')?.content ?? '')).toBe(true);
			}
		}
	});

	it('are identity documents with a checkbox and mostly a signature', () => {
		const documents = Array.from({ length: 200 }, (_, seed) =>
			makeDocument(seededRandom(seed), 'identity', 'nl', START),
		);
		for (const { fields, checkboxes, meta } of documents) {
			expect(fields.map(({ entityId }) => entityId)).toEqual([
				'family_name',
				'given_names',
				'document_number',
				'date_of_birth',
				'expiry_date',
				'nationality',
			]);
			expect(checkboxes).toHaveLength(1);
			expect(meta).toContainEqual({ name: 'category', value: 'identity' });
		}
		const signed = documents.filter(({ signatures }) => signatures.length === 1).length;
		expect(signed).toBeGreaterThan(170);
		expect(signed).toBeLessThan(200);
	});

	it('are the same for the same seed, and others for another', () => {
		const wires = (seed: number) => JSON.stringify(manyTasks(20, {}, seed).map(({ wire }) => wire));
		expect(wires(4)).toBe(wires(4));
		expect(wires(4)).not.toBe(wires(5));
	});
});

describe('what the model reads', () => {
	it('is right when it must be, and wrong when it must be', () => {
		const { simulator } = createBench({ documents: { fieldErrorRate: 0.5 } });
		const { taskIds } = simulator.createUpload({
			tasks: Array.from({ length: 200 }, (_, index) => ({ right: index % 2 === 0 })),
		});
		for (const [index, id] of taskIds.entries()) expect(simulator.task(id)?.right).toBe(index % 2 === 0);
	});

	it('has confidences in 0..1 that are only roughly calibrated: mostly higher when right, sometimes high when wrong', () => {
		const right: number[] = [];
		const wrong: number[] = [];
		for (const { wire, document } of manyTasks(2_000)) {
			for (const { entity_id, content, confidence } of annotationsOf(wire)) {
				expect(confidence).toBeGreaterThanOrEqual(0);
				expect(confidence).toBeLessThanOrEqual(1);
				const truths = document.fields.filter(({ entityId }) => entityId === entity_id);
				if (truths.length === 1) (truths[0]?.content === content ? right : wrong).push(confidence);
			}
		}
		const share = (list: number[]) => list.filter((confidence) => confidence >= 0.97).length / list.length;
		expect(share(right)).toBeGreaterThan(0.85);
		expect(share(right)).toBeLessThan(0.95);
		expect(share(wrong)).toBeGreaterThan(0.05);
		expect(share(wrong)).toBeLessThan(0.3);
	});

	it('mostly, but not always, breaks net + tax = total when the total is wrong', () => {
		let broken = 0;
		let consistent = 0;
		for (const { wire, document } of manyTasks(3_000, { invoices: 1, dutch: 1 })) {
			const cents = (entityId: string) => {
				const content = annotationsOf(wire).find(({ entity_id }) => entity_id === entityId)?.content ?? '';
				return Number(content.replace(/[€. ]/g, '').replace(',', ''));
			};
			const truth = document.fields.find(({ entityId }) => entityId === 'total_amount')?.cents;
			if (cents('total_amount') === truth) continue;
			if (cents('net_amount') + cents('tax_amount') === cents('total_amount')) consistent += 1;
			else broken += 1;
		}
		expect(broken).toBeGreaterThan(3 * consistent);
		expect(consistent).toBeGreaterThan(0);
	});

	it('can be forced to one confidence', () => {
		const { simulator } = createBench();
		const [taskId = ''] = simulator.createUpload({ tasks: [{ confidence: 0.991 }] }).taskIds;
		for (const { confidence } of annotationsOf(simulator.task(taskId)?.wire)) expect(confidence).toBe(0.991);
	});
});

describe('malformed tasks', () => {
	it.each(MALFORMATIONS)('%s: stays JSON, and should never pass', async (malformation) => {
		const { simulator, get, taskInReview } = createBench();
		const taskId = await taskInReview({ kind: 'invoice', right: true, malformation });
		const wire = await payloadOf(await get(taskId));
		expect(wire.id).toBe(taskId);
		expect(simulator.task(taskId)).toMatchObject({ right: true, malformed: true, shouldPass: false });
		const first = () => (wire.pages as { annotations: { confidence: unknown }[] }[])[0]?.annotations ?? [];
		switch (malformation) {
			case 'missing-pages':
				return expect(wire).not.toHaveProperty('pages');
			case 'null-pages':
				return expect(wire.pages).toBeNull();
			case 'null-confidence':
				return expect(first()[0]?.confidence).toBeNull();
			case 'absent-confidence':
				return expect(first()[0]).not.toHaveProperty('confidence');
			case 'text-confidence':
				return expect(first()[0]?.confidence).toMatch(/^0\.\d+$/);
			case 'percent-confidence':
				return expect(first()[0]?.confidence).toBeGreaterThan(20);
			case 'many-annotations':
				return expect(first()).toHaveLength(10_000);
			case 'proto-keys':
				return expect(Object.keys(wire)).toContain('__proto__');
			case 'empty':
				return expect(wire.pages).toEqual([]);
			case 'null-meta':
				return expect(wire.meta).toBeNull();
			case 'unknown-status':
				return expect(wire.status).toBe('ARCHIVED');
		}
	});

	it('come by chance when asked for', () => {
		const malformed = manyTasks(300, { malformed: 0.2 }).filter((task) => task.malformed).length;
		expect(malformed).toBeGreaterThan(30);
		expect(malformed).toBeLessThan(90);
		expect(manyTasks(300).some((task) => task.malformed)).toBe(false);
	});
});

function isIban(iban: string): boolean {
	const plain = iban.replaceAll(' ', '');
	const digits = [...(plain.slice(4) + plain.slice(0, 4))].map((character) => Number.parseInt(character, 36)).join('');
	return BigInt(digits) % 97n === 1n;
}
