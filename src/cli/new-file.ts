import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';

export type NewFile =
	| {
			readonly ok: true;
			write(text: string): void;
			/** Puts it in its place, durable; throws when somebody else has made one meanwhile. */
			keep(): void;
			/** Takes away what was not kept. */
			drop(): void;
	  }
	/** What the user must hear. */
	| { readonly ok: false; readonly message: string };

/** A file that is complete or not there; one that is there already is never written over. For its owner's eyes only. */
export function createNewFile(path: string): NewFile {
	if (existsSync(path)) return { ok: false, message: taken(path) };
	const partial = `${path}.partial-${process.pid}`;
	let file: number | null;
	try {
		file = openSync(partial, 'wx', 0o600);
	} catch (error) {
		return { ok: false, message: `${path} cannot be written (${codeOf(error)}): give another place with --out.` };
	}
	const close = () => {
		if (file !== null) closeSync(file);
		file = null;
	};
	return {
		ok: true,
		write(text) {
			if (file !== null) writeSync(file, text);
		},
		keep() {
			if (file !== null) fsyncSync(file);
			close();
			linkSync(partial, path);
		},
		drop() {
			close();
			rmSync(partial, { force: true });
		},
	};
}

export const taken = (path: string) => `${path} is there already, and is not written over: give another name.`;

export function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
