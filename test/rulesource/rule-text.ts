/** A sound rule as text; what differs makes it another revision, or a broken one. */
export function ruleText(change: Readonly<Record<string, unknown>> = {}): string {
	return JSON.stringify({
		description: 'Invoices.',
		mode: 'live',
		appliesTo: { meta: { category: ['invoice'] } },
		conditions: [
			{
				id: 'certain',
				requirement: 'Everything is certain.',
				logic: { '>=': [{ lowest: { var: 'annotations' } }, 0.9] },
			},
			{
				id: 'nothing-else',
				requirement: 'There is nothing else.',
				logic: {
					'==': [{ '+': [{ var: 'counts.checkboxes' }, { var: 'counts.segments' }, { var: 'counts.signatures' }] }, 0],
				},
			},
		],
		...change,
	});
}
