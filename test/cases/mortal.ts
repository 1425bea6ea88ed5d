/** A process that can die at any call it makes to the world outside: what it was waiting for never comes back. */
export interface Life {
	readonly dead: boolean;
	/** Calls made so far. */
	readonly calls: number;
	/** What the call was that it died at, for messages. */
	readonly diedAt: string | null;
	/** Runs one call to the outside, or dies at it. */
	call<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface Death {
	/** At the n-th call (from 1). */
	readonly atCall: number;
	/** Before the call has any effect, or after it had and before its answer is seen. */
	readonly when: 'before' | 'after';
}

/** A life that ends as told; null: by nothing. */
export function createLife(death: Death | null, onDeath: () => void): Life {
	let calls = 0;
	let dead = false;
	let diedAt: string | null = null;
	const never = <T>() => new Promise<T>(() => undefined);
	return {
		get dead() {
			return dead;
		},
		get calls() {
			return calls;
		},
		get diedAt() {
			return diedAt;
		},
		async call(name, work) {
			if (dead) return await never();
			calls += 1;
			if (death !== null && calls === death.atCall) {
				dead = true;
				diedAt = `${death.when} ${name}`;
				if (death.when === 'after') await work().catch(() => undefined);
				onDeath();
				return await never();
			}
			try {
				const result = await work();
				return dead ? await never() : result;
			} catch (error) {
				if (dead) return await never();
				throw error;
			}
		},
	};
}

/** The port as that process sees it: each method is a call at which it may die. */
export function mortal<T extends object>(name: string, port: T, life: Life): T {
	return new Proxy(port, {
		get(target, key) {
			const member: unknown = Reflect.get(target, key);
			if (typeof member !== 'function') return member;
			return (...args: unknown[]) =>
				life.call(`${name}.${String(key)}`, () => Promise.resolve(Reflect.apply(member, target, args)));
		},
	});
}
