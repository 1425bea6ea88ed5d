import type { Annotation, Bounds, Checkbox, Element, Region } from '../core/task/index.ts';
import { createFieldReader, describe, type FieldReader, type NoteFault, pathOf } from './field-reader.ts';
import { asObject } from './wire-object.ts';

/** The elements of a task, flat over its pages, in the order of the wire. */
export interface Elements {
	readonly annotations: Annotation[];
	readonly checkboxes: Checkbox[];
	readonly segments: Region[];
	readonly signatures: Region[];
}

/** Appends the elements of one page. */
export function readPage(page: FieldReader, number: number, into: Elements, note: NoteFault): void {
	readEach(page, 'annotations', note, (reader) => {
		into.annotations.push({
			id: reader.id('id') ?? '',
			page: number,
			confidence: reader.number('confidence'),
			entityId: reader.id('entity_id') ?? '',
			content: reader.textOrAbsent('content'),
			top: reader.numberOrAbsent('top'),
			leftOfLine: reader.numberOrAbsent('left_of_line'),
		});
	});
	readEach(page, 'checkboxes', note, (reader) => {
		into.checkboxes.push({ ...readRegion(reader, number, note), checked: reader.flag('checked') });
	});
	readEach(page, 'segments', note, (reader) => {
		into.segments.push(readRegion(reader, number, note));
	});
	readEach(page, 'signatures', note, (reader) => {
		into.signatures.push(readRegion(reader, number, note));
	});
}

function readEach(page: FieldReader, name: string, note: NoteFault, read: (element: FieldReader) => void): void {
	const items = page.list(name);
	const path = pathOf(page.path, name);
	for (let index = 0; index < items.length; index += 1) {
		const object = asObject(items[index]);
		if (object === null) note(`${path}[${index}]`, `is ${describe(items[index])}, not an object`);
		else read(createFieldReader(object, path, note, index));
	}
}

function readElement(reader: FieldReader, page: number): Element {
	return { id: reader.id('id') ?? '', page, confidence: reader.number('confidence') };
}

function readRegion(reader: FieldReader, page: number, note: NoteFault): Region {
	const points = reader.listOrAbsent('coordinates');
	const bounds = points === null ? null : boundsOf(points);
	if (points !== null && bounds === null) note(pathOf(reader.path, 'coordinates'), 'is not a list of [x, y] points');
	return { ...readElement(reader, page), bounds };
}

/** The rectangle around the points; null when there are none, or when one of them is no pair of numbers. */
function boundsOf(points: readonly unknown[]): Bounds | null {
	let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const point of points) {
		if (!Array.isArray(point) || point.length !== 2) return null;
		const [x, y]: readonly unknown[] = point;
		if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) return null;
		[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
	}
	return points.length === 0 ? null : { left, top, right, bottom };
}
