import { readFile, writeFile } from 'node:fs/promises';

/** The sections of a Markdown file by their `## ` headings, without these. */
export function readSections(text: string): ReadonlyMap<string, string> {
	const [, ...sections] = text.split(/^## /m);
	return new Map(
		sections.map((section) => {
			const end = section.indexOf('\n');
			return [section.slice(0, end).trim(), section.slice(end + 1).trim()];
		}),
	);
}

/**
 * Puts measured sections in the place of those of the same heading; what was not measured stays. Sections stand in the
 * order of `headings`, others after them.
 */
export async function updateResults(
	path: string | URL,
	preamble: string,
	headings: readonly string[],
	measured: ReadonlyMap<string, string>,
): Promise<void> {
	const before = readSections(await readFile(path, 'utf8').catch(() => ''));
	const all = new Map([...before, ...measured]);
	const order = [...headings.filter((heading) => all.has(heading)), ...all.keys()];
	const sections = [...new Set(order)].map((heading) => `## ${heading}\n\n${(all.get(heading) ?? '').trim()}\n`);
	await writeFile(path, [`${preamble.trim()}\n`, ...sections].join('\n'));
}
