import { type ConfigProblem, remedies, type VariableName, variableNames } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a file of a `_FILE` variable as UTF-8. May throw. */
export type ReadFile = (path: string) => string;

export interface CollectedValues {
	readonly values: Readonly<Partial<Record<VariableName, string>>>;
	readonly problems: readonly ConfigProblem[];
}

/**
 * Takes each variable from the environment, or from the file that its `_FILE` twin names (Docker and Kubernetes mount
 * secrets so). White space around a value is dropped; a variable that is empty then counts as not set.
 */
export function collectValues(env: Environment, readFile: ReadFile): CollectedValues {
	const values: Partial<Record<VariableName, string>> = {};
	const problems: ConfigProblem[] = [];
	for (const name of variableNames) {
		const direct = env[name]?.trim() ?? '';
		const twin = `${name}_FILE`;
		const path = env[twin]?.trim() ?? '';
		if (direct !== '' && path !== '') {
			problems.push({ name, fault: `is set, and so is ${twin}`, remedy: `unset ${name} or ${twin}` });
		} else if (direct !== '') {
			values[name] = direct;
		} else if (path !== '') {
			const text = readOrNull(readFile, path);
			if (text === null) {
				problems.push({
					name: twin,
					fault: 'names a file that cannot be read',
					remedy: 'give the path of a file that this process may read',
				});
			} else if (text === '') {
				problems.push({
					name: twin,
					fault: 'names an empty file',
					remedy: `write the value into it: ${remedies[name]}`,
				});
			} else {
				values[name] = text;
			}
		}
	}
	return { values, problems };
}

function readOrNull(readFile: ReadFile, path: string): string | null {
	try {
		return readFile(path).trim();
	} catch {
		// The reason may quote the path, which may be a secret set under the wrong name.
		return null;
	}
}
