/** One part of the benchmark: measures, says what it found as it goes, and answers its section of RESULTS.md. */
export interface Part {
	readonly name: string;
	/** The heading of its section. */
	readonly heading: string;
	/** @param quick short, for a look: its figures are not kept */
	measure(quick: boolean, say: (line: string) => void): Promise<readonly string[]>;
}

export const whole = (value: number) => Math.round(value).toLocaleString('en-US');
export const one = (value: number) => value.toFixed(1);
export const two = (value: number) => value.toFixed(2);
export const percent = (value: number) => `${Math.round(value * 100)} %`;
