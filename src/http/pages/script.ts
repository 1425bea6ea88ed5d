/**
 * The only script, for comfort: without it every page says and does the same. It leaves empty filters out of the address,
 * says beside an instant how long ago it was, and keeps a button from being pressed twice.
 */
export const script = `'use strict';
(() => {
	for (const form of document.querySelectorAll('form[method="get"]')) {
		form.addEventListener('submit', () => {
			for (const field of form.querySelectorAll('input, select')) if (field.value === '') field.disabled = true;
		});
	}
	for (const form of document.querySelectorAll('form[method="post"]')) {
		form.addEventListener('submit', () => {
			for (const button of form.querySelectorAll('button')) setTimeout(() => { button.disabled = true; }, 0);
		});
	}
	addEventListener('pageshow', () => {
		for (const field of document.querySelectorAll('button, input, select')) field.disabled = false;
	});
	const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
	const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
	for (const time of document.querySelectorAll('time[datetime]')) {
		const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
		const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[3];
		time.title = relative.format(Math.round(seconds / size), unit);
	}
})();
`;
