import type { Operator } from '../deps.ts';

/** Who looks at a page. */
export interface Viewer {
	readonly name: string;
	readonly role: Operator['role'];
	/** Whether there is a session to end. */
	readonly mayLogOut: boolean;
}
