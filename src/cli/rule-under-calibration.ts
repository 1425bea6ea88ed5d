import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findThresholds, loadRules, type Threshold } from '../core/ruleset/index.ts';
import type { Stratum } from '../evidence/certificate-format.ts';
import { nodeDigest } from '../platform/node.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { printFindings } from './print-findings.ts';

/** One rule file of a folder, as far as calibration looks at it. */
export interface RuleUnderCalibration {
	readonly id: string;
	/** Of the rule, of its calibration and of its certificate. */
	readonly paths: { readonly rule: string; readonly calibration: string; readonly certificate: string };
	readonly text: string;
	/** SHA-256, hex, of its logic: modes and prose aside. */
	readonly logic: string;
	readonly thresholds: readonly Threshold[];
	/** The tasks that it is for. */
	readonly stratum: Stratum;
}

/** Reads one rule, or says what is wrong with it. */
export async function readRule(id: string, dir: string, io: CliIo): Promise<RuleUnderCalibration | ExitCode> {
	const path = join(dir, `${id}.json`);
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch {
		io.complain(`There is no ${path}. Name a rule by its file without .json, and its folder by --rules.`);
		return exitCodes.couldNotRun;
	}
	const loaded = loadRules([{ name: `${id}.json`, text }]);
	const [rule] = loaded.ok ? loaded.rules : [];
	if (!loaded.ok || rule === undefined) {
		printFindings(io, loaded.findings, io.complain, { dir });
		io.complain(`${path} is not sound; mend it first.`);
		return exitCodes.failed;
	}
	const { projects, stepTypes, meta, logic } = rule.appliesTo;
	return {
		id,
		paths: {
			rule: path,
			calibration: join(dir, `${id}.calibration.json`),
			certificate: join(dir, `${id}.certificate.json`),
		},
		text,
		logic: nodeDigest.sha256(loaded.logicCanonical),
		thresholds: findThresholds(text),
		stratum: { projects, stepTypes, meta, narrowed: logic !== null },
	};
}

/** Null when the rule is not sound. */
export function hashLogic(id: string, text: string): string | null {
	const loaded = loadRules([{ name: `${id}.json`, text }]);
	return loaded.ok ? nodeDigest.sha256(loaded.logicCanonical) : null;
}
