export { bears, interval, lowerBound, pValue, upperBound } from './binomial-bounds.ts';
export { type Brake, type BrakeSetting, brakeVersion, foldIntoBrake, readBrake, setBrake } from './brake.ts';
export { allowance, type Claim, type Counts, certaintyOfAttempt } from './claim.ts';
export { boundCompleted, type CompletedBound, mostWrong, type Period } from './finite-population.ts';
export { fixedSequence, holm } from './multiple-tests.ts';
export { type Declared, declarePlan, type Plan, type Procedure, planVersion, readPlan, type Wanted } from './plan.ts';
export { type Ranking, rankErrors } from './ranking.ts';
export type { Reading } from './read-state.ts';
export { type RiskCoverage, type RiskPoint, riskCoverage } from './risk-coverage.ts';
export { averageRunLength, type Between, chanceToTrip, labelsToTrip } from './run-length.ts';
export { type PlanResult, type PlanStep, type Refusal, runPlan } from './run-plan.ts';
export {
	certaintyOf,
	chanceToProve,
	mostErrors,
	type Promisable,
	promisable,
	sampleToProve,
	smallestSample,
} from './sample-size.ts';
export type { Scored } from './scored.ts';
export { type Drawn, type Thinned, thinDraws } from './thin-draws.ts';
export {
	foldIntoClaim,
	logEvidence,
	readWatchedClaim,
	type WatchedClaim,
	watchClaim,
	watchedClaimVersion,
} from './watched-claim.ts';
