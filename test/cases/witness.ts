import type { CompletionSlot, SendAi, TaskRead } from '../../src/sendai/index.ts';

/** A read that showed a task anywhere else than in review. */
export interface Sighting {
	readonly taskId: string;
	readonly at: number;
}

/** The client as it is, which notes when the bot was shown a task away from review. */
export function witness(sendai: SendAi, now: () => number, note: (sighting: Sighting) => void): SendAi {
	const watched =
		(reader: Pick<SendAi, 'readTask'>): SendAi['readTask'] =>
		async (ref, signal) => {
			const read = await reader.readTask(ref, signal);
			if (showsAway(read)) note({ taskId: ref.taskId, at: now() });
			return read;
		};
	return {
		...sendai,
		readTask: watched(sendai),
		async reserve(): Promise<CompletionSlot> {
			const slot = await sendai.reserve();
			return { ...slot, readTask: watched(slot) };
		},
	};
}

function showsAway(read: TaskRead): boolean {
	return read.kind === 'read' && read.reading.kind === 'task' && read.reading.task.status !== 'REVIEWING';
}
