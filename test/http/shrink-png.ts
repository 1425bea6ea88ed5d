import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Squared distance up to which two colours look the same. */
const alike = 40;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The same picture with at most `most` colours (256 or fewer): those that cover most of it and differ, and for every other
 * the nearest of them. For pictures of flat surfaces and text, which shrink to a third. Takes what browsers write: 8 bits a channel, RGB
 * or RGBA, not interlaced; opaque.
 */
export function shrinkPng(png: Buffer, most: number): Buffer {
	const { width, height, pixels } = decode(png);
	const counts = new Map<number, number>();
	for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
	const byCount = [...counts].sort(([a, times], [b, others]) => others - times || a - b).map(([colour]) => colour);
	const palette = choose(byCount, most);
	const indexOf = new Map(palette.map((colour, index) => [colour, index]));
	const rows = Buffer.alloc((width + 1) * height);
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			const colour = pixels[y * width + x] ?? 0;
			let index = indexOf.get(colour);
			if (index === undefined) {
				index = nearest(palette, colour);
				indexOf.set(colour, index);
			}
			rows[y * (width + 1) + 1 + x] = index;
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// 8 bits a pixel, by palette.
	header.set([8, 3, 0, 0, 0], 8);
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('PLTE', Buffer.from(palette.flatMap(channels))),
		chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/** Pixels as 0xRRGGBB. */
function decode(png: Buffer): { readonly width: number; readonly height: number; readonly pixels: Uint32Array } {
	if (!png.subarray(0, 8).equals(signature)) throw new Error('not a PNG');
	const parts: Buffer[] = [];
	let header = Buffer.alloc(13);
	for (let at = 8; at < png.length; ) {
		const length = png.readUInt32BE(at);
		const data = png.subarray(at + 8, at + 8 + length);
		const type = png.toString('latin1', at + 4, at + 8);
		if (type === 'IHDR') header = Buffer.from(data);
		if (type === 'IDAT') parts.push(data);
		at += length + 12;
	}
	const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
	const [depth, kind, , , interlaced] = header.subarray(8);
	if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) throw new Error('a kind of PNG that is not read');
	const size = kind === 2 ? 3 : 4;
	const bytes = unfilter(inflateSync(Buffer.concat(parts)), width * size, height, size);
	const pixels = new Uint32Array(width * height);
	for (let i = 0; i < pixels.length; i += 1) pixels[i] = bytes.readUIntBE(i * size, 3);
	return { width, height, pixels };
}

/** Each row begins with the filter by which it was written (PNG specification, clause 9). */
function unfilter(raw: Buffer, stride: number, height: number, size: number): Buffer {
	const out = Buffer.alloc(stride * height);
	for (let y = 0; y < height; y += 1) {
		const filter = raw[y * (stride + 1)] ?? 0;
		for (let x = 0; x < stride; x += 1) {
			const at = y * stride + x;
			const left = x < size ? 0 : (out[at - size] ?? 0);
			const above = y === 0 ? 0 : (out[at - stride] ?? 0);
			const corner = x < size || y === 0 ? 0 : (out[at - stride - size] ?? 0);
			out[at] = (raw[at + y + 1] ?? 0) + predict(filter, left, above, corner);
		}
	}
	return out;
}

function predict(filter: number, left: number, above: number, corner: number): number {
	switch (filter) {
		case 1:
			return left;
		case 2:
			return above;
		case 3:
			return (left + above) >> 1;
		case 4: {
			const guess = left + above - corner;
			const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
			return a <= b && a <= c ? left : b <= c ? above : corner;
		}
		default:
			return 0;
	}
}

/** The first ones, but none that is hardly another than one chosen before. */
function choose(colours: readonly number[], most: number): readonly number[] {
	const chosen: number[] = [];
	for (const colour of colours) {
		if (chosen.length === most) break;
		if (chosen.every((one) => distance(one, colour) > alike)) chosen.push(colour);
	}
	return chosen;
}

function nearest(palette: readonly number[], colour: number): number {
	let [best, least] = [0, Number.POSITIVE_INFINITY];
	palette.forEach((candidate, index) => {
		const away = distance(candidate, colour);
		if (away < least) [best, least] = [index, away];
	});
	return best;
}

function distance(one: number, other: number): number {
	const wanted = channels(other);
	return channels(one).reduce((sum, value, i) => sum + (value - (wanted[i] ?? 0)) ** 2, 0);
}

function channels(colour: number): readonly [number, number, number] {
	return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(type: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const out = Buffer.alloc(data.length + 12);
	out.writeUInt32BE(data.length, 0);
	named.copy(out, 4);
	out.writeUInt32BE(crc32(named), data.length + 8);
	return out;
}
