/**
 * A 20-field invoice, as the API gives it. Every number makes another: in 1 of 4 something is wrong (a total that is not
 * certain, amounts that do not add up, an account of the wrong form, a field that is a guess), by turns.
 */
export function makeInvoice(n: number): unknown {
	const fault = n % 4 === 3 ? ['uncertain', 'sum', 'account', 'guess'][(n >> 2) % 4] : null;
	const net = 1_000 + (n % 900);
	const tax = (21 * net) / 100 + (fault === 'sum' ? 1 : 0);
	const contents: Readonly<Record<string, string>> = {
		invoice_number: `2026-${String(n % 100_000).padStart(5, '0')}`,
		iban: fault === 'account' ? 'NL91' : `NL91ABNA${String(n).padStart(10, '0')}`,
		net_amount: `€ ${amount(net)}`,
		tax_amount: `€ ${amount(tax)}`,
		total_amount: `€ ${amount((121 * net) / 100)}`,
	};
	const fields = [...Object.keys(contents), ...Array.from({ length: 15 }, (_, field) => `field_${field}`)];
	const confidenceOf = (field: string, index: number) => {
		if (field === 'total_amount' && fault === 'uncertain') return 0.94;
		if (field === 'field_7' && fault === 'guess') return 0.4;
		return 0.97 + ((n + index) % 3) / 100;
	};
	return {
		payload: {
			id: `task_${n}`,
			name: `invoice-${n}.pdf`,
			created_at: '2026-06-01T08:00:00Z',
			meta: [{ name: 'category', value: 'invoice' }],
			status: 'REVIEWING',
			step_type: 'EXTRACT',
			upload_id: `upl_${n}`,
			project_id: 'proj_1',
			approved: false,
			exported_at: null,
			export_failed_at: null,
			last_opened_at: null,
			pages: [
				{
					id: `page_${n}`,
					width: 1000,
					height: 1400,
					annotations: fields.map((entity_id, index) => ({
						id: `ann_${n}_${index}`,
						entity_id,
						confidence: confidenceOf(entity_id, index),
						content: contents[entity_id] ?? `value ${n} of ${index}`,
						top: 10 * index,
						left_of_line: 20,
					})),
					checkboxes: [],
					segments: [],
					signatures: [],
				},
			],
		},
	};
}

const euros = new Intl.NumberFormat('nl-NL', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function amount(value: number): string {
	return euros.format(value);
}
