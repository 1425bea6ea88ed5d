import { type Checker, nearest, type Pointer, quote } from './checker.ts';
import { operators, otherNames, refusedOperators } from './operators.ts';

/** Says of an operator that does not exist which one was meant, or why it is refused. */
export function unknownOperator(checker: Checker, name: string, at: Pointer): null {
	const refused = Object.hasOwn(refusedOperators, name) ? refusedOperators[name] : undefined;
	if (refused !== undefined) return checker.fault(at, 'refused-operator', `${refused}.`);
	const folded = name.toLowerCase().replace(/[\s_-]/g, '');
	const meant = Object.hasOwn(otherNames, folded)
		? otherNames[folded]
		: nearest(
				name,
				operators.map((one) => one.name),
			);
	const hint = meant === undefined ? 'The operators are listed in rules/README.md.' : `Did you mean ${meant}?`;
	return checker.fault(at, 'unknown-operator', `There is no operator ${quote(name)}. ${hint}`, meant);
}
