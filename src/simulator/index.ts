export type { CompletedBy, Completion, CompletionOutcome, TaskTruth } from './completion.ts';
export { createSimulator } from './create-simulator.ts';
export type { Deliver, OutgoingNotification } from './deliver.ts';
export {
	type DocumentKind,
	type DocumentLanguage,
	MALFORMATIONS,
	type Malformation,
	makeDocument,
	type SourceDocument,
	type SourceField,
} from './documents/index.ts';
export type { Ending, Wire } from './ending.ts';
export {
	FAULT_NAMES,
	type Fault,
	type FaultChances,
	type FaultName,
	type FaultRates,
	type InjectedFault,
	type Injection,
	REQUEST_KINDS,
	type RequestKind,
} from './fault.ts';
export type { NotificationCounts, NotificationRecord } from './notification.ts';
export type {
	DelayOptions,
	DocumentOptions,
	NextStepElements,
	NotificationOptions,
	ProjectOptions,
	RequestEvent,
	RequestHook,
	RequestPhase,
	ReviewerOptions,
	SimulatorOptions,
	TaskListOptions,
	TaskSpec,
	UploadFiles,
	UploadSpec,
} from './options.ts';
export type { Edit } from './person.ts';
export type { SimulatorReport } from './report.ts';
export { ROUGH_FAULTS, ROUGH_NOTIFICATIONS } from './rough-weather.ts';
export { forkRandom, seededRandom } from './seeded-random.ts';
export type { CreatedUpload, SimulatedTask, Simulator } from './simulator.ts';
export type { TaskStatus, UploadStatus, WireAnnotation, WirePage, WireTask, WireUpload } from './wire.ts';
