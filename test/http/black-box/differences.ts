/**
 * What the two runtimes answer differently over HTTP: all of it. The suite takes what it expects from here, and the same
 * list stands in docs/workers.md.
 */
export interface Difference {
	/** What is looked at, as the document names it. */
	readonly what: string;
	/** The document's words for each. */
	readonly said: { readonly node: string; readonly worker: string };
}

/** What a suite expects of its runtime where runtimes may differ. */
export interface Expected {
	/** `status` for an event that comes again with what it said before. */
	readonly repeated: 'duplicate' | 'accepted';
	/** The same for one that there is nothing to do about. */
	readonly repeatedIgnored: 'duplicate' | 'ignored';
	/** Whether the answer to a known id that says something else already names the id it is kept under. */
	readonly namesNewId: boolean;
	/** Whether an event is in `GET /v1/events` as soon as its 202 is there. */
	readonly listedAtOnce: boolean;
	/** What a reload makes of another rule in the folder, and of one with a fault. */
	readonly reload: {
		readonly changed: readonly [status: number, outcome: string];
		readonly faulty: readonly [status: number, outcome: string];
	};
	/** The status of a request whose headers have 20 KiB. */
	readonly longHeaders: 431 | 200;
	/** Whether `/metrics` has the times of the calls to Send AI. */
	readonly callTimes: boolean;
	/** The statuses there may be for megabytes that announce no length; 0 for a connection that is broken off. */
	readonly endless: readonly number[];
}

export type Runtime = 'node' | 'worker';

export const expected: Readonly<Record<Runtime, Expected>> = {
	node: {
		repeated: 'duplicate',
		repeatedIgnored: 'duplicate',
		namesNewId: true,
		listedAtOnce: true,
		reload: { changed: [200, 'served'], faulty: [422, 'refused'] },
		longHeaders: 431,
		callTimes: true,
		endless: [413],
	},
	worker: {
		repeated: 'accepted',
		repeatedIgnored: 'ignored',
		namesNewId: false,
		listedAtOnce: false,
		reload: { changed: [200, 'unchanged'], faulty: [200, 'unchanged'] },
		longHeaders: 200,
		callTimes: false,
		endless: [413, 500, 0],
	},
};

/** One for each member of `Expected` or for several that have one cause; in the order of the document. */
export const differences: readonly (Difference & { readonly members: readonly (keyof Expected)[] })[] = [
	{
		members: ['repeated', 'repeatedIgnored'],
		what: 'An event that comes again',
		said: { node: '`duplicate`', worker: '`accepted` or `ignored`, as the first time; it is kept once all the same' },
	},
	{
		members: ['namesNewId'],
		what: 'A known event id that says something else',
		said: {
			node: 'the answer has the id under which it is kept, `<id>~<digest>`',
			worker: 'the answer has the id that was sent; it is kept under the other',
		},
	},
	{
		members: ['listedAtOnce'],
		what: 'An accepted event in `GET /v1/events`',
		said: { node: 'at once', worker: 'once the queue has handed it over' },
	},
	{
		members: ['reload'],
		what: '`POST /v1/rules/reload`',
		said: {
			node: 'reads the folder: `served`, `unchanged`, or 422 `refused` with findings',
			worker: 'puts the rules of this deployment in force: `served` or `unchanged`, never refused',
		},
	},
	{
		members: ['callTimes'],
		what: '`greenlane_send_ai_call_seconds` in `/metrics`',
		said: { node: 'the calls of the process', worker: 'none: calls are not measured there' },
	},
	{
		members: ['longHeaders'],
		what: 'Address and headers of more than 16 KiB',
		said: { node: '431, without a body', worker: 'taken, up to the limits of the platform' },
	},
	{
		members: ['endless'],
		what: 'A body that announces no length and is megabytes over its limit',
		said: { node: '413', worker: '413; under `wrangler dev` its proxy at times answers 500 or breaks off' },
	},
];
