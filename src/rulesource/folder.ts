import { Buffer } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
	type Finding,
	folderFinding,
	kindOfFile,
	largestFile,
	loadRules,
	type RuleFile,
	type RuleSet,
	sortFindings,
} from '../core/ruleset/index.ts';

export type LoadedFolder =
	| {
			readonly ok: true;
			readonly ruleSet: RuleSet;
			/** Warnings. */
			readonly findings: readonly Finding[];
			/** Texts of certificates, by rule. */
			readonly certificates: ReadonlyMap<string, string>;
	  }
	| {
			readonly ok: false;
			/** At least one error among them. */
			readonly findings: readonly Finding[];
	  };

/**
 * Loads a rules folder from disk: all of it, or none. Never throws; whatever is wrong comes as findings, whose `file` is
 * the name within the folder and `.` for the folder itself.
 *
 * Links are followed to files, since that is how Kubernetes mounts a ConfigMap. Names that begin with a dot are left alone
 * (`.git`, `..data`), but for `.json`: a rule that hides itself would be a rule that nobody applies.
 */
export async function loadFolder(dir: string, sha256: (text: string) => string): Promise<LoadedFolder> {
	const read = await readFolder(dir);
	const loaded = loadRules(read.files);
	if (!loaded.ok || read.findings.length > 0) {
		// Without the files that could not be read, the set as a whole cannot be judged.
		const findings = loaded.findings.filter(({ file }) => file !== '.' || read.findings.length === 0);
		return { ok: false, findings: sortFindings([...read.findings, ...findings]) };
	}
	const { rules, canonical, logicCanonical, findings } = loaded;
	return {
		ok: true,
		ruleSet: { revision: sha256(canonical), logicRevision: sha256(logicCanonical), canonical, rules },
		findings,
		certificates: certificatesAmong(read.files),
	};
}

const certificateName = /^(.+)\.certificate\.json$/;

/** The texts of the certificates of a folder, by rule. */
function certificatesAmong(files: readonly RuleFile[]): ReadonlyMap<string, string> {
	return new Map(
		files.flatMap(({ name, text }) => {
			const id = certificateName.exec(name)?.[1];
			return id === undefined || text === '' ? [] : [[id, text] as const];
		}),
	);
}

/** The files of a rules folder, as text, and what kept others from being read. */
export async function readFolder(
	dir: string,
): Promise<{ readonly files: readonly RuleFile[]; readonly findings: readonly Finding[] }> {
	let names: string[];
	try {
		names = (await readdir(dir)).filter((name) => !name.startsWith('.') || name.endsWith('.json')).sort();
	} catch (error) {
		const message = `The folder ${dir} ${sayWhy(error)}; check RULES_DIR, or the argument.`;
		return { files: [], findings: [folderFinding('.', 'missing-folder', message)] };
	}
	const read = await Promise.all(names.map((name) => readOne(dir, name)));
	const findings = read.flatMap((one) => ('code' in one ? [one] : []));
	const unread = new Set(
		findings.map(({ file }) => kindOfFile(file)).flatMap((kind) => ('id' in kind ? [kind.id] : [])),
	);
	const files = read.flatMap((one) => ('code' in one ? [] : [one]));
	// The tests of a rule that could not be read would be held against nothing.
	return {
		files: files.filter(({ name }) => {
			const kind = kindOfFile(name);
			return kind.kind !== 'test' || !unread.has(kind.id);
		}),
		findings,
	};
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function readOne(dir: string, name: string): Promise<RuleFile | Finding> {
	const path = join(dir, name);
	if (name.startsWith('.') || kindOfFile(name).kind === 'stray') return folderFinding(name, 'stray-file');
	try {
		const found = await stat(path);
		if (found.isDirectory()) return folderFinding(name, 'stray-file');
		if (!found.isFile()) return folderFinding(name, 'unreadable-file', 'This is no file; rules are plain files.');
		// A certificate that cannot be read is none: rules serve without one.
		if (kindOfFile(name).kind === 'aside') {
			const wanted = certificateName.test(name) && found.size <= largestFile;
			return { name, text: wanted ? await readFile(path, 'utf8').catch(() => '') : '' };
		}
		if (found.size > largestFile) return folderFinding(name, 'file-too-large');
		const bytes = await readFile(path);
		try {
			return { name, text: utf8.decode(bytes) };
		} catch {
			return { ...folderFinding(name, 'not-utf8'), line: lineOfWrongByte(bytes) };
		}
	} catch (error) {
		return folderFinding(
			name,
			'unreadable-file',
			`The file ${sayWhy(error)}; check its permissions, and where a link leads.`,
		);
	}
}

/** Decoded leniently and encoded again, the bytes differ where the first wrong one was. */
function lineOfWrongByte(bytes: Buffer): number {
	const again = Buffer.from(bytes.toString('utf8'), 'utf8');
	let at = 0;
	while (at < bytes.length && bytes[at] === again[at]) at += 1;
	return bytes.subarray(0, at).toString('latin1').split('\n').length;
}

function sayWhy(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
	switch (code) {
		case 'ENOENT':
			return 'is not there';
		case 'ENOTDIR':
			return 'is no folder';
		case 'EACCES':
		case 'EPERM':
			return 'may not be read';
		default:
			return `cannot be read (${code})`;
	}
}
