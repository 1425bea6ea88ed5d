export interface OutgoingNotification {
	readonly url?: string | undefined;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** Carries one notification to the bot. A rejection counts as a failed attempt. */
export type Deliver = (notification: OutgoingNotification) => Promise<{ readonly status: number }>;
