/** What a person reads on a page: its tables, its facts and its links, out of the HTML. */

export interface ReadCell {
	readonly text: string;
	readonly links: readonly string[];
}

/** The text as the eye reads it, without what is for screen readers alone. */
export function plainText(markup: string): string {
	return decoded(
		markup
			.replace(/<span class="hidden">.*?<\/span>/gs, '')
			.replace(/<[^>]*>/g, ' ')
			.replace(/\s+/g, ' ')
			.replace(/ ([,.;:])/g, '$1')
			.trim(),
	);
}

export function linksIn(markup: string): readonly string[] {
	return [...markup.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = '']) => decoded(href));
}

/** Where the buttons of a part of a page lead, with what they say. */
export function buttonsIn(markup: string): readonly (readonly [label: string, action: string])[] {
	return [...markup.matchAll(/<form method="post" action="([^"]*)".*?<button[^>]*>(.*?)<\/button>/gs)].map(
		([, action = '', label = '']) => [plainText(label), decoded(action)] as const,
	);
}

/** The rows of the table with a caption, cell by cell; null where there is no such table. */
export function readTable(page: string, caption: string): readonly (readonly ReadCell[])[] | null {
	for (const [, found = '', body = ''] of page.matchAll(/<caption[^>]*>(.*?)<\/caption>.*?<tbody>(.*?)<\/tbody>/gs)) {
		if (plainText(found) !== caption) continue;
		return [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) =>
			[...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => readCell(cell)),
		);
	}
	return null;
}

/** Names and what stands with them: `dt` and `dd`. */
export function readFacts(page: string): ReadonlyMap<string, ReadCell> {
	return new Map(
		[...page.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)].map(([, name = '', what = '']) => [
			plainText(name),
			readCell(what),
		]),
	);
}

/** The part of a page that a heading with this id begins. */
export function sectionOf(page: string, id: string): string {
	return new RegExp(`<section aria-labelledby="${id}".*?</section>`, 's').exec(page)?.[0] ?? '';
}

/** The instants of a part of a page, as machines read them. */
export function instantsIn(markup: string): readonly string[] {
	return [...markup.matchAll(/<time datetime="([^"]*)"/g)].map(([, instant = '']) => instant);
}

function readCell(markup: string): ReadCell {
	return { text: plainText(markup), links: linksIn(markup) };
}

function decoded(text: string): string {
	return text
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&#39;', "'")
		.replaceAll('&amp;', '&');
}
