import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, findUnborne, kindOfFile, type RuleFile } from '../core/ruleset/index.ts';
import { checkCertificate, readCertificate } from '../evidence/certificate.ts';
import { hashLogic } from './rule-under-calibration.ts';
import { asCertainty, asPercent } from './share-phrase.ts';

/**
 * Holds each promise of a folder against the certificate beside its rule.
 *
 * @param now ms since the epoch
 */
export async function findUnbornePromises(
	dir: string,
	files: readonly RuleFile[],
	now: number,
): Promise<readonly Finding[]> {
	const certificates = new Map<string, string | null>();
	for (const { name } of files) {
		const kind = kindOfFile(name);
		if (kind.kind !== 'rule') continue;
		const text = await readFile(join(dir, `${kind.id}.certificate.json`), 'utf8').catch(() => null);
		certificates.set(kind.id, text);
	}
	return findUnborne(files, ({ id, text }, promised) => {
		const written = certificates.get(id) ?? null;
		if (written === null) return `No certificate stands beside ${id}.json.`;
		const certificate = readCertificate(written);
		if (certificate === null || certificate.rule !== id)
			return `${id}.certificate.json is no certificate of this rule.`;
		const [problem] = checkCertificate(certificate, { logic: hashLogic(id, text), now });
		if (problem !== undefined) return `Its certificate does not stand: ${problem}`;
		const { maxError, certainty } = certificate;
		return maxError > promised.maxError || certainty < promised.certainty
			? `Its certificate bears at most ${asPercent(maxError)} wrong with ${asCertainty(certainty)} certainty, which is less.`
			: null;
	});
}
