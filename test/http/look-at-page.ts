/**
 * What can be checked by hand of how a page reads to somebody who does not see it, or sees it badly: names of controls,
 * order of headings, landmarks, names of tables, and the contrast of every text, computed from what the browser shows.
 * Runs in the page; answers one line for each fault.
 */
export const findFaults = `(() => {
	const faults = [];
	const all = (selector) => [...document.querySelectorAll(selector)];
	const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
	const tell = (fault, element) => faults.push(fault + ': ' + element.outerHTML.slice(0, 140));

	if (all('main').length !== 1) faults.push('there is not exactly one main');
	if (all('h1').length !== 1) faults.push('there is not exactly one h1');
	if (document.documentElement.lang === '') faults.push('the page has no language');
	if (document.title === '') faults.push('the page has no title');
	let level = 0;
	for (const heading of all('h1, h2, h3, h4')) {
		const next = Number(heading.tagName[1]);
		if (next > level + 1) tell('a heading skips a level', heading);
		if (heading.textContent.trim() === '') tell('an empty heading', heading);
		level = next;
	}
	const ids = all('[id]').map((element) => element.id);
	for (const id of ids.filter((id, index) => ids.indexOf(id) !== index)) faults.push('an id stands twice: ' + id);
	for (const name of ['aria-labelledby', 'aria-describedby']) {
		for (const element of all('[' + name + ']')) {
			for (const id of element.getAttribute(name).split(' ')) if (!ids.includes(id)) tell(name + ' leads nowhere', element);
		}
	}
	for (const field of all('input:not([type=hidden]), select, textarea')) {
		if (field.labels.length === 0) tell('a field without a label', field);
	}
	for (const control of all('a, button, summary')) {
		if (control.textContent.trim() === '' && !control.hasAttribute('aria-label')) tell('a control without a name', control);
	}
	const landmarks = all('nav, section').map((element) => element.getAttribute('aria-label') ?? element.getAttribute('aria-labelledby'));
	for (const name of landmarks) if (name === null) faults.push('a nav or section without a name');
	for (const table of all('table')) {
		if ((table.caption?.textContent ?? '').trim() === '') tell('a table without a caption', table);
		for (const head of table.querySelectorAll('th')) if (!head.hasAttribute('scope')) tell('a head without a scope', head);
	}
	for (const image of all('svg')) {
		if (image.getAttribute('aria-hidden') !== 'true' && image.querySelector('title') === null) tell('an image without a name', image);
	}
	for (const control of all('button, input:not([type=hidden]), select')) {
		if (shown(control) && control.getBoundingClientRect().height < 24) tell('a control that is hard to hit', control);
	}

	const channels = (text) => text.match(/[\\d.]+/g).map(Number);
	const luminance = ([red, green, blue]) => {
		const [r, g, b] = [red, green, blue].map((value) => {
			const share = value / 255;
			return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = (element) => {
		for (let one = element; one !== null; one = one.parentElement) {
			const colour = channels(getComputedStyle(one).backgroundColor);
			if (colour.length === 3 || colour[3] === 1) return colour;
		}
		return [255, 255, 255];
	};
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const seen = new Set();
	while (texts.nextNode()) {
		const element = texts.currentNode.parentElement;
		if (texts.currentNode.data.trim() === '' || seen.has(element) || !shown(element) || element.closest('.hidden, option, title')) continue;
		seen.add(element);
		const style = getComputedStyle(element);
		const [front, back] = [channels(element instanceof SVGElement ? style.fill : style.color), ground(element)].map(luminance);
		const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
		if (contrast < 4.5) tell('contrast ' + contrast.toFixed(2), element);
	}
	if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the window');
	return faults;
})()`;
