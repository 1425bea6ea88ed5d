/** What stands on the wire, as the public samples show it. Malformed variants are made when an answer is rendered. */

export type TaskStatus = 'PROCESSING' | 'REVIEWING' | 'COMPLETED' | 'FAILED' | 'DISCARDED' | 'FILTERED';

export type UploadStatus = 'PROCESSING' | 'IN_REVIEW' | 'COMPLETED';

export interface WireMeta {
	readonly name: string;
	readonly value: string;
}

/** Four `[x, y]` points, clockwise from the top left. */
export type Coordinates = readonly (readonly [number, number])[];

export interface WireAnnotation {
	readonly id: string;
	readonly entity_id: string;
	readonly confidence: number;
	readonly content: string;
	readonly top: number;
	readonly left_of_line: number;
}

export interface WireRegion {
	readonly id: string;
	readonly confidence: number;
	readonly coordinates: Coordinates;
}

export interface WireCheckbox extends WireRegion {
	readonly checked: boolean;
}

export interface WirePage {
	readonly id: string;
	readonly width: number;
	readonly height: number;
	readonly annotations: readonly WireAnnotation[];
	readonly checkboxes: readonly WireCheckbox[];
	readonly segments: readonly WireRegion[];
	readonly signatures: readonly WireRegion[];
}

export interface WireTask {
	readonly id: string;
	readonly name: string;
	readonly created_at: string;
	readonly meta: readonly WireMeta[];
	readonly status: TaskStatus;
	readonly step_type: string;
	readonly upload_id: string;
	readonly project_id: string;
	readonly approved: boolean;
	readonly exported_at: string | null;
	readonly export_failed_at: string | null;
	readonly last_opened_at: string | null;
	readonly pages: readonly WirePage[];
}

export interface WireUpload {
	readonly id: string;
	readonly name: string;
	readonly status: UploadStatus;
	readonly files: Readonly<Record<string, unknown>>;
	readonly meta: readonly WireMeta[];
	readonly folder_id: string;
	readonly created_at: string;
}
