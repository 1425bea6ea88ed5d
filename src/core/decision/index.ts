export { addMargins } from './add-margins.ts';
export { findCounterfactuals } from './counterfactual.ts';
export { decide } from './decide.ts';
export { disagreements } from './disagreements.ts';
export { elementRecords } from './element-records.ts';
export { redactDecision } from './redact-decision.ts';
