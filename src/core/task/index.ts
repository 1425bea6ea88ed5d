export { elementsText, fingerprintText } from './fingerprint.ts';
export { normaliserVersion, normaliseText } from './normalise-text.ts';
export type {
	Annotation,
	Bounds,
	Checkbox,
	Element,
	MetaEntry,
	Region,
	Task,
	TaskFault,
	TaskReading,
	TaskRef,
} from './task.ts';
export type { AnnotationView, CheckboxView, RegionView, TaskView } from './view.ts';
export { viewTask } from './view.ts';
