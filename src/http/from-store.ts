/** The ledger rejects only when the store itself fails: told apart from a defect of ours, so that the caller tries again. */
export class StoreFailure extends Error {
	constructor(cause: unknown) {
		super('the store failed', { cause });
		this.name = 'StoreFailure';
	}
}

/** Awaits a call to the ledger; whatever it throws becomes a `StoreFailure`. */
export async function fromStore<T>(call: Promise<T>): Promise<T> {
	try {
		return await call;
	} catch (error) {
		throw new StoreFailure(error);
	}
}
