import pLimit from 'p-limit';
import type { TaskRef } from '../core/task/index.ts';
import type { Clock, Fetch, Log, LogFields, ObserveCall, Random, SendAiCall, Trace } from '../platform/index.ts';
import { createAddresses } from './addresses.ts';
import { listTasks } from './list-tasks.ts';
import { observeCalls } from './observed-fetch.ts';
import { postComplete } from './post-complete.ts';
import { type Place, readJson } from './read-json.ts';
import { parseTask } from './task-schema.ts';
import type { CompletionSlot, SendAi, TaskRead } from './types.ts';
import { parseUpload } from './upload-schema.ts';

export interface SendAiClientOptions {
	/** `SENDAI_BASE_URL`; https, or http on this machine. */
	readonly baseUrl: string;
	readonly apiKey: string;
	readonly teamId: string;
	/** `SENDAI_TASK_LIST_PATH`, or null when the account has no list call. */
	readonly taskListPath: string | null;
	readonly fetch: Fetch;
	readonly clock: Clock;
	readonly random: Random;
	/** `CONCURRENCY`: calls at once, completions held in reserve included. */
	readonly concurrency: number;
	readonly log?: Log;
	/** Told of each try of a call. */
	readonly observe?: ObserveCall;
	readonly trace?: Trace;
}

/**
 * The API over HTTP. Whatever the other side does is a value of the port; the methods reject only on a defect of ours.
 *
 * @throws Error with the remedy, when the base URL, the team, the key or the list path cannot be used
 */
export function createSendAiClient(options: SendAiClientOptions): SendAi {
	const { clock, random, apiKey, log } = options;
	// `Headers` would throw later, with the key in its message.
	if (!/^[\x21-\x7e]+$/.test(apiKey)) {
		throw new Error('SENDAI_API_KEY is empty or holds spaces, line ends or other characters that no key has.');
	}
	const addresses = createAddresses(options);
	const limit = pLimit(options.concurrency);
	const fetchFor = observeCalls(options);
	const reader = (call: SendAiCall, fields: LogFields) => ({
		fetch: fetchFor(call, fields),
		clock,
		random,
		apiKey,
		log,
	});

	const inTurn: Place = (work) => limit(work);
	const inHeldPlace: Place = (work) => work();

	async function readTask(ref: TaskRef, place: Place, signal: AbortSignal | undefined): Promise<TaskRead> {
		const address = addresses.task(ref);
		// No task can have such an id.
		if (address === null) return { kind: 'not-found' };
		const fields = { project_id: ref.projectId, task_id: ref.taskId };
		const answer = await readJson(reader('read-task', fields), address, place, signal, fields);
		if (answer.kind === 'json') {
			return { kind: 'read', reading: parseTask(answer.json, ref), serverTime: answer.serverTime };
		}
		if (answer.kind === 'not-json') {
			const faults = [{ path: '', message: answer.message }];
			return { kind: 'read', reading: { kind: 'malformed', faults }, serverTime: answer.serverTime };
		}
		return answer;
	}

	function holdPlace(giveBack: () => void): CompletionSlot {
		let posted = false;
		let released = false;
		let drop: () => void = () => undefined;
		return {
			readTask: (ref, signal) => readTask(ref, inHeldPlace, signal),
			async postComplete(ref, timeoutMs) {
				const address = addresses.complete(ref);
				if (address === null) return { kind: 'never-connected', code: 'id-refused' };
				// One place, one POST: whoever wants another must reserve, read and intend anew.
				if (posted || released) return { kind: 'never-connected', code: 'place-used' };
				posted = true;
				const fetch = fetchFor('complete', { project_id: ref.projectId, task_id: ref.taskId });
				const result = await postComplete({ fetch, clock, apiKey }, address, ref, timeoutMs);
				drop = result.drop;
				if (released) drop();
				return result.answer;
			},
			release() {
				if (released) return;
				released = true;
				drop();
				giveBack();
			},
		};
	}

	return {
		readTask: (ref, signal) => readTask(ref, inTurn, signal),
		async readUpload(projectId, uploadId, signal) {
			const address = addresses.upload(projectId, uploadId);
			if (address === null) return { kind: 'not-found' };
			const fields = { project_id: projectId, upload_id: uploadId };
			const answer = await readJson(reader('read-upload', fields), address, inTurn, signal, fields);
			if (answer.kind === 'not-json') return { kind: 'malformed' };
			if (answer.kind !== 'json') return answer;
			const upload = parseUpload(answer.json, uploadId);
			if (upload.kind === 'malformed') return upload;
			return { kind: 'read', taskIds: upload.taskIds, status: upload.status };
		},
		canList: options.taskListPath !== null,
		listTasks(projectId, uploadId, signal) {
			const fields = { project_id: projectId, ...(uploadId === null ? {} : { upload_id: uploadId }) };
			const read = (address: string) => readJson(reader('list-tasks', fields), address, inTurn, signal, fields);
			return listTasks(addresses, read, projectId, uploadId);
		},
		reserve: () =>
			new Promise((resolve, reject) => {
				limit(() => new Promise<void>((giveBack) => resolve(holdPlace(giveBack)))).catch(reject);
			}),
	};
}
