/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
const remedies: Readonly<Record<number, string>> = {
	3: 'This user may not use the file; check the rights of the file and of its folder.',
	5: 'Another program holds it; stop that program, or wait until its long transaction (a backup, a shell) is over.',
	8: 'It cannot be written; check the rights of the file and of its folder, and that the disk is not mounted read-only.',
	10: 'The disk failed; check it, and that the file is not on a network share, where SQLite is not safe.',
	11: 'The file is damaged; restore a backup.',
	13: 'The disk is full; make room.',
	14: 'Check that the folder of DATABASE_URL exists and may be written by this user.',
	26: 'DATABASE_URL names a file that is no SQLite database; name another one.',
};

/** One line for a person: that the ledger cannot be opened, why, and what to do about it. */
export function explainOpening(path: string, error: unknown): string {
	const why = error instanceof Error ? error.message : 'unknown reason';
	const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
	return `The ledger ${path} cannot be opened: ${why}. ${remedies[code] ?? 'Check DATABASE_URL, the folder and its rights.'}`;
}
