import * as z from 'zod';

const most = 200;

/** The parameters of every list: `limit` (1 to 200, 50 when left out) and `before`, the `next` of the page before. */
export const pageQuery = {
	limit: z
		.string()
		.regex(/^\d{1,3}$/, { error: 'is not a whole number' })
		.default('50')
		.transform(Number)
		.refine((value) => value >= 1 && value <= most, { error: `is not between 1 and ${most}` }),
	before: z
		.string()
		.regex(/^\d{1,15}$/, { error: 'is not the next of a page' })
		.optional(),
};

/** `after`, the `next` of the page before in what is about to complete: when the last of it is due, and its order number. */
export const upcomingCursor = z.string().regex(/^\d{1,15}-\d{1,15}$/, { error: 'is not the next of a page' });
