import { operator, reader } from './app-under-test.ts';

export const site = 'http://127.0.0.1';

/** What a browser sends with a form of our own page. */
export const sameOrigin = { 'sec-fetch-site': 'same-origin' } as const;

export interface Requests {
	request(path: string, init?: RequestInit): Response | Promise<Response>;
}

/** Logs in by the form, and gives the cookie as a browser sends it back. */
export async function logIn(app: Requests, token: string): Promise<string> {
	const response = await postForm(app, '/login', { token }, sameOrigin);
	return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** The cookie of a new session, as a browser keeps it. */
export async function sessionOf(app: Requests, token: string): Promise<{ name: string; value: string }> {
	const [name = '', value = ''] = (await logIn(app, token)).split(/=(.*)/s);
	return { name, value };
}

export async function logInBoth(app: Requests) {
	return { alice: await logIn(app, operator.token), bob: await logIn(app, reader.token) };
}

export async function postForm(
	app: Requests,
	path: string,
	fields: Readonly<Record<string, string>>,
	headers: Readonly<Record<string, string>>,
): Promise<Response> {
	return await app.request(`${site}${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
		body: new URLSearchParams(fields).toString(),
	});
}

export async function getPage(
	app: Requests,
	path: string,
	cookie = '',
): Promise<{ status: number; text: string; headers: Headers }> {
	const response = await app.request(`${site}${path}`, {
		headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
	});
	return { status: response.status, text: await response.text(), headers: response.headers };
}
