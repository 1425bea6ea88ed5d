import { type FindingCode, findingCodes } from './finding-codes.ts';

/** Why a text is not the JSON that we take, and where. */
export interface SyntaxFault {
	readonly code: FindingCode;
	readonly message: string;
	/** In UTF-16 units from the text's begin. */
	readonly offset: number;
}

/** A fault whose message is, where none is given, the meaning and remedy of its code. */
export function fault(code: FindingCode, offset: number, message?: string): SyntaxFault {
	const { meaning, remedy } = findingCodes[code];
	return { code, offset, message: message ?? `${meaning} ${remedy}` };
}
