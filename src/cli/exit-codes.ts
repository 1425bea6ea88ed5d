/** What a command answers with. */
export const exitCodes = {
	good: 0,
	/** Findings, failing tests, a bound that is not met. */
	failed: 1,
	wrongUsage: 2,
	/** Network, store, a file that cannot be read. */
	couldNotRun: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
