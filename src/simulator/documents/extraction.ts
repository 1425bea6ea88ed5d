import type { Random } from '../../platform/index.ts';
import { randomText } from '../seeded-random.ts';
import type { WireAnnotation, WireCheckbox, WirePage, WireRegion } from '../wire.ts';
import { drawConfidence } from './confidence.ts';
import { formatAmount } from './formats.ts';
import { misread, misreadCents } from './misread.ts';
import type { SourceDocument, SourceField } from './source-document.ts';

export interface ExtractionOptions {
	/** Chance that one field is misread. */
	readonly fieldErrorRate: number;
	/** Share of misread fields whose confidence is high all the same. */
	readonly confidentlyWrong: number;
	/** Share of documents with a wrong total in which net and total are wrong by the same amount, so that they still add up. */
	readonly consistentlyWrong: number;
	/** `true`: nothing is misread. `false`: at least one field is. Left out: by chance. */
	readonly right?: boolean | undefined;
	/** Every confidence, in place of a drawn one. */
	readonly confidence?: number | undefined;
}

export const DEFAULT_EXTRACTION: ExtractionOptions = {
	fieldErrorRate: 0.02,
	confidentlyWrong: 0.15,
	consistentlyWrong: 0.15,
};

/** What must stand in the task for it to be right, by element id. */
export interface Truth {
	readonly annotations: ReadonlyMap<string, string>;
	readonly checkboxes: ReadonlyMap<string, boolean>;
	readonly signatures: number;
	/** Fields on the document that the model did not find at all. */
	readonly missing: readonly SourceField[];
}

export interface Extraction {
	readonly pages: readonly WirePage[];
	readonly truth: Truth;
}

/** Reads the document as an extraction model would: with new element ids, mistakes, and confidences. */
export function extractDocument(source: SourceDocument, options: ExtractionOptions, random: Random): Extraction {
	const readings = readFields(source, options, random);
	const truth = new Map<string, string>();
	const missing: SourceField[] = [];
	const annotations: WireAnnotation[] = [];
	const confidence = (right: boolean) => options.confidence ?? drawConfidence(right, options.confidentlyWrong, random);
	for (const [index, field] of source.fields.entries()) {
		const content = readings[index];
		if (content === null || content === undefined) {
			missing.push(field);
			continue;
		}
		const id = `ann_${randomText(random, 12)}`;
		truth.set(id, field.content);
		annotations.push({
			id,
			entity_id: field.entityId,
			confidence: confidence(content === field.content),
			content,
			top: field.top,
			left_of_line: field.leftOfLine,
		});
	}
	const mayErr = options.right !== true;
	const checkboxTruth = new Map<string, boolean>();
	const checkboxes = source.checkboxes.map((box): WireCheckbox => {
		const id = `chk_${randomText(random, 12)}`;
		checkboxTruth.set(id, box.checked);
		const right = !(mayErr && random() < options.fieldErrorRate);
		const checked = right ? box.checked : !box.checked;
		return { id, confidence: confidence(right), checked, coordinates: box.coordinates };
	});
	const signatures = source.signatures
		.filter(() => !(mayErr && random() < options.fieldErrorRate))
		.map((signature): WireRegion => {
			return { id: `sig_${randomText(random, 12)}`, confidence: confidence(true), coordinates: signature.coordinates };
		});
	return {
		pages: [
			{
				id: `page_${randomText(random, 12)}`,
				width: 595,
				height: 842,
				annotations,
				checkboxes,
				segments: [],
				signatures,
			},
		],
		truth: { annotations: truth, checkboxes: checkboxTruth, signatures: source.signatures.length, missing },
	};
}

/** The content of each field as read, null where the model found nothing. */
function readFields(source: SourceDocument, options: ExtractionOptions, random: Random): (string | null)[] {
	const { fields, language } = source;
	const read: (string | null)[] = fields.map((field) => field.content);
	if (options.right === true) return read;
	let wrong = 0;
	for (const [index, field] of fields.entries()) {
		if (random() >= options.fieldErrorRate) continue;
		wrong += 1;
		read[index] = random() < 0.1 ? null : misread(field, language, random);
	}
	if (options.right === false && wrong === 0) {
		const index = Math.floor(random() * fields.length);
		const field = fields[index];
		if (field !== undefined) read[index] = misread(field, language, random);
	}
	makeConsistentlyWrong(source, read, options, random);
	return read;
}

/** Some wrong totals still add up: net is then wrong by the same amount, and arithmetic cannot find it. */
function makeConsistentlyWrong(
	source: SourceDocument,
	read: (string | null)[],
	options: ExtractionOptions,
	random: Random,
): void {
	const total = source.fields.findIndex((field) => field.entityId === 'total_amount');
	const net = source.fields.findIndex((field) => field.entityId === 'net_amount');
	const [totalCents, netCents] = [source.fields[total]?.cents, source.fields[net]?.cents];
	if (totalCents === undefined || netCents === undefined || read[total] === source.fields[total]?.content) return;
	if (random() >= options.consistentlyWrong) return;
	const difference = Math.abs(misreadCents(totalCents, random) - totalCents);
	read[total] = formatAmount(totalCents + difference, source.language);
	read[net] = formatAmount(netCents + difference, source.language);
}
