/** Rule files as text, for folders that tests lay out. */

const sound = {
	description: 'Invoices whose total is certain.',
	owner: 'accounts payable',
	mode: 'live',
	appliesTo: { meta: { category: ['invoice'] } },
	requiredEntities: ['total_amount'],
	conditions: [
		{
			id: 'total-certain',
			requirement: 'The total must be read almost without doubt.',
			logic: { '>=': [{ confidence: 'total_amount' }, 0.98] },
		},
	],
	auditShare: 0.05,
	quietMinutesAfterOpened: 15,
};

export const soundRule = JSON.stringify(sound, null, '\t');
export const shadowRule = JSON.stringify({ ...sound, mode: 'shadow' }, null, '\t');
/** Two mistakes: an operator and a mode that do not exist. */
export const brokenRule = JSON.stringify(
	{
		...sound,
		mode: 'alive',
		conditions: [{ ...sound.conditions[0], logic: { greater: [{ confidence: 'total_amount' }, 0.98] } }],
	},
	null,
	'\t',
);
