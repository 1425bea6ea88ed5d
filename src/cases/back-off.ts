/** `first` doubled with every failure up to `most`, in ms. */
export function backOff(failures: number, first: number, most: number): number {
	return Math.min(most, first * 2 ** Math.min(failures, 30));
}
