export { type AnswerMeaning, interpretStatus } from './answer.ts';
export {
	type ActiveState,
	activeStates,
	type CaseState,
	caseStates,
	isTerminal,
	mayMove,
	type TerminalState,
	terminalStates,
	type WaitReason,
	wokenByEvent,
} from './states.ts';
