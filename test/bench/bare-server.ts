/** The upper limit of any webhook receiver on this machine: Hono on node-server that does nothing but parse the body. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.post('/webhooks/send-ai', async (c) => {
	const body: unknown = await c.req.json();
	return c.json({ event_id: (body as { id?: string }).id ?? '', status: 'accepted' }, 202);
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.({ port }));
