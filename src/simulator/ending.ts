/** How a call ends on the wire. `simulator.fetch` realises it in process, `serve.ts` on a socket. */
export type Ending =
	| { readonly kind: 'answer'; readonly response: Response }
	/** The head and half of the body arrive; then the connection breaks, or nothing more comes. */
	| { readonly kind: 'half'; readonly response: Response; readonly body: string; readonly then: 'breaks' | 'stalls' }
	/** Never answered. */
	| { readonly kind: 'hang' }
	/** The connection breaks without an answer. */
	| { readonly kind: 'reset' }
	/** The connection was never made. */
	| { readonly kind: 'refused' };

/** Handed to the Hono app with each request; the app leaves in it how the call is to end. */
export interface Wire {
	ending?: Ending;
}
