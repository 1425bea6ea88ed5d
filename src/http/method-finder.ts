/** Tells which methods an address takes, so that a wrong one is answered with 405 and `Allow`, not with 404. */
export function createMethodFinder(
	routes: readonly { readonly method: string; readonly path: string }[],
): (path: string) => readonly string[] {
	const patterns = routes.map(({ method, path }) => ({
		method,
		pattern: new RegExp(`^${path.replace(/:[a-z]+/g, '[^/]+')}$`),
	}));
	return (path) => {
		const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
		return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
	};
}
