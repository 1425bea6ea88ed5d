import { stripVTControlCharacters } from 'node:util';

/** Rows of cells as lines with aligned columns, two spaces between them; the last column is not padded. */
export function alignColumns(rows: readonly (readonly string[])[], indent = ''): string[] {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [column, cell] of row.slice(0, -1).entries()) {
			widths[column] = Math.max(widths[column] ?? 0, visibleLength(cell));
		}
	}
	return rows.map((row) => {
		const cells = row.map((cell, column) =>
			column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)),
		);
		return `${indent}${cells.join('  ')}`.trimEnd();
	});
}

function visibleLength(text: string): number {
	return [...stripVTControlCharacters(text)].length;
}
