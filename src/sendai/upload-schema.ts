import { asId } from './valid-id.ts';
import { asObject, memberOf, unwrapPayload, upperCaseWord } from './wire-object.ts';

export type UploadReading =
	| { readonly kind: 'upload'; readonly taskIds: readonly string[]; readonly status: string | null }
	| { readonly kind: 'malformed' };

const deepest = 8;
const mostTaskIds = 1_000;

/**
 * Reads an upload from what the API answered.
 *
 * @param askedId the upload that was asked for; an answer about another is `malformed`
 */
export function parseUpload(json: unknown, askedId: string): UploadReading {
	const upload = asObject(unwrapPayload(json));
	if (upload === null) return { kind: 'malformed' };
	const id = memberOf(upload, 'id');
	if (id !== undefined && id !== askedId) return { kind: 'malformed' };
	const taskIds = findTaskIds(memberOf(upload, 'files'));
	// A part of them would look like all of them.
	if (taskIds === null) return { kind: 'malformed' };
	const status = memberOf(upload, 'status');
	return { kind: 'upload', taskIds, status: typeof status === 'string' ? upperCaseWord(status) : null };
}

/**
 * The task ids in `upload.files`, whose content no page documents (samples show `{}`), in the order found:
 *
 * - texts that begin with `task_` or `tsk_`, unless the member's name says that they are a name, a path or an address;
 * - keys that begin so and hold a digit (`task_status` and the like are field names);
 * - `task_id`, the entries of `task_ids`, and the `id` of what stands in `task` or `tasks`, whatever they begin with. The
 *   `id` of anything else may be a file's, and a wrong id would hide the right ones.
 *
 * @returns null when there are too many, or they lie too deep, to be sure of having found them all
 */
export function findTaskIds(files: unknown): readonly string[] | null {
	const found = new Set<string>();
	let complete = true;

	function take(value: unknown): void {
		const id = asId(value);
		if (id !== null) found.add(id);
		if (found.size > mostTaskIds) complete = false;
	}

	function visit(value: unknown, name: string, depth: number): void {
		if (!complete) return;
		if (typeof value === 'string') {
			if (namesTask(name) || (/^(?:task|tsk)_[\w-]+$/.test(value) && !isCaption(name))) take(value);
			return;
		}
		if (typeof value !== 'object' || value === null) return;
		if (depth > deepest) {
			complete = false;
		} else if (Array.isArray(value)) {
			for (const item of value) visit(item, name, depth + 1);
		} else {
			for (const [key, inner] of Object.entries(value)) {
				if (/^(?:task|tsk)_(?=.*\d)[\w-]+$/.test(key)) take(key);
				visit(inner, key === 'id' && /^tasks?$/i.test(name) ? 'task_id' : key, depth + 1);
			}
		}
	}

	visit(files, '', 0);
	return complete ? [...found] : null;
}

/** Members that say what a file is called or where it lies. Whole names only: the key may be a file name itself. */
function isCaption(name: string): boolean {
	return /^(?:(?:file|document|original|display)_?)?(?:name|title|path|ur[il]|link)$/i.test(name);
}

function namesTask(name: string): boolean {
	return /^task_?ids?$/i.test(name);
}
