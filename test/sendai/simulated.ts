import type { SendAiClientOptions } from '../../src/sendai/client.ts';
import { createSimulator, type SimulatorOptions, seededRandom } from '../../src/simulator/index.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { clientOf, key } from './loopback.ts';

/** A simulator in virtual time, and a client of it. */
export function simulate(options: Partial<SimulatorOptions> = {}, client: Partial<SendAiClientOptions> = {}) {
	const clock = createVirtualClock(Date.UTC(2026, 10, 1, 9));
	const simulator = createSimulator({
		clock,
		random: seededRandom(7),
		teamId: 'team_1',
		apiKey: key,
		projects: [{ id: 'project_1' }],
		...options,
	});
	return {
		clock,
		simulator,
		client: clientOf('https://api.send.ai', { fetch: simulator.fetch, clock, ...client }),
	};
}
