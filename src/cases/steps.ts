import type { CaseClaim } from '../ledger/index.ts';
import type { Trace } from '../platform/index.ts';
import { followUp } from './follow-up.ts';
import { judge } from './judge.ts';
import { locate } from './locate.ts';
import { naming } from './moves.ts';
import { observe } from './observe.ts';
import { settle } from './settle.ts';
import { sweep } from './sweep.ts';
import type { CaseDeps, Steps } from './types.ts';
import { verify } from './verify.ts';

/** The way of one event, over the ports handed in. */
export function createSteps(deps: CaseDeps): Steps {
	const trace: Trace = deps.trace ?? ((_name, _fields, work) => work(() => undefined));
	return {
		handleEvent: (claim) =>
			trace('event', { event_id: claim.event.id, project_id: claim.event.projectId }, () => locate(deps, claim)),
		handleCase: (claim) => {
			const { state, decisionId } = claim.case;
			const decided = decisionId === null ? {} : { decision_id: decisionId };
			return trace('case', { ...naming(claim.case), state, ...decided }, () => handleCase(deps, claim));
		},
		sweep: () => trace('sweep', {}, () => sweep(deps)),
	};
}

async function handleCase(deps: CaseDeps, claim: CaseClaim): Promise<void> {
	switch (claim.case.state) {
		case 'located':
		case 'waiting':
			return await judge(deps, claim);
		case 'review':
		case 'audit':
			return await observe(deps, claim);
		case 'completing':
			return await settle(deps, claim);
		case 'verifying':
			return await verify(deps, claim);
		case 'completed':
		case 'refused':
		case 'superseded':
		case 'needs_human':
		case 'gone':
			return await followUp(deps, claim);
	}
}
