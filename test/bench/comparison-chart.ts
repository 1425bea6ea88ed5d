import type { ComparisonResult } from './comparison.ts';

const [width, label, bar, gap, top] = [720, 150, 18, 34, 34] as const;
const kinds = [
	['twice', 'completed twice', '#b4232a'],
	['wrongly', 'completed wrongly', '#c77700'],
	['lost', 'certain, and left in review', '#7d8a82'],
] as const;

/** What went wrong under the schedule of faults, as an SVG that reads on light and dark ground. */
export function drawComparison(results: readonly ComparisonResult[]): string {
	const most = Math.max(1, ...results.flatMap(({ trouble }) => kinds.map(([kind]) => trouble[kind])));
	const group = kinds.length * bar + gap;
	const height = top + results.length * group;
	const x = (value: number) => (value / most) * (width - label - 70);
	const [tasks = 0] = results.map(({ trouble }) => trouble.tasks);
	const rows = results.flatMap(({ rival, trouble }, index) => {
		const y = top + index * group;
		return [
			`<text x="${label - 12}" y="${y + bar * 1.5 + 5}" text-anchor="end" font-weight="600">${rival}</text>`,
			...kinds.flatMap(([kind, , colour], at) => [
				`<rect x="${label}" y="${y + at * bar + 2}" width="${Math.max(1, x(trouble[kind])).toFixed(1)}" height="${bar - 4}" fill="${colour}"/>`,
				`<text x="${(label + x(trouble[kind]) + 8).toFixed(1)}" y="${y + at * bar + bar - 5}">${trouble[kind]}</text>`,
			]),
		];
	});
	const legend = kinds.map(
		([, words, colour], at) =>
			`<rect x="${label + at * 185}" y="6" width="12" height="12" fill="${colour}"/><text x="${label + at * 185 + 18}" y="17">${words}</text>`,
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
		`<title>Of ${tasks} tasks under the same faults: ${results.map(({ rival, trouble }) => `${rival} ${trouble.twice} twice, ${trouble.wrongly} wrongly, ${trouble.lost} left`).join('; ')}</title>`,
		'<style>text { fill: #1b211d } @media (prefers-color-scheme: dark) { text { fill: #e8ede9 } }</style>',
		...legend,
		...rows,
		'</svg>',
		'',
	].join('\n');
}
