// What one would write in an hour: Express, and p-retry around both calls.
import express from 'express';
import pRetry from 'p-retry';

const { SENDAI_BASE_URL: base, SENDAI_API_KEY: key, SENDAI_TEAM_ID: team, WEBHOOK_SECRETS: token, PORT } = process.env;

async function call(method, path) {
	const response = await fetch(base + path, {
		method,
		headers: { authorization: `Bearer ${key}` },
		signal: AbortSignal.timeout(20_000),
	});
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
	return await response.json();
}

async function review({ event, project_id: project, task }) {
	if (!/review/i.test(event) || !task) return;
	const path = `/v2/${team}/project/${project}/task/${task.id}`;
	const { payload } = await pRetry(() => call('GET', path), { retries: 5 });
	if (payload.status !== 'REVIEWING') return;
	const fields = payload.pages.flatMap((page) => page.annotations);
	if (fields.length === 0 || fields.some(({ confidence }) => confidence < 0.9)) return;
	await pRetry(() => call('POST', `${path}/complete`), { retries: 5 });
}

const app = express();
app.get('/healthz', (_request, response) => response.sendStatus(200));
app.post('/webhooks/send-ai', express.json(), (request, response) => {
	if (request.get('authorization') !== `Bearer ${token}`) return response.sendStatus(401);
	response.sendStatus(202);
	review(request.body).catch((error) => console.error(error.message));
});
app.listen(Number(PORT), '127.0.0.1');
