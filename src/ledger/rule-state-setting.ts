/**
 * Settings in which the state of a rule is kept. All of them come with a claim, as `Surroundings.ruleStates`: none may hold
 * more than a few hundred characters.
 */
export const ruleStatePrefix = 'rule:';
/** The first text that no such key reaches. */
export const beyondRuleStates = 'rule;';

/** Who sets a brake that trips; no operator may have that name. */
export const brakeItself = 'brake';

/** The state of the brake of a rule, as JSON. */
export const brakeStateKey = (rule: string) => `${ruleStatePrefix}${rule}:brake`;

/** How many were held out for audit by a rule, since it has the logic with this digest; a whole number. */
export const heldOutKey = (rule: string, logic: string) => `${ruleStatePrefix}${rule}:held-out:${logic.slice(0, 16)}`;
