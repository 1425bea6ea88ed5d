import { type Command, Option } from 'commander';
import type { CliIo } from './io.ts';
import { upTo, wholeNumber } from './parse-option.ts';
import {
	SIMULATOR_DEFAULTS as defaults,
	runSimulator,
	SIMULATOR_HELP,
	type SimulatorCommandOptions,
} from './simulator.ts';

/** Adds a command with what all of them have: description, example, `--json`. */
export type AddCommand = (name: string, description: string, example: string) => Command;

/** `greenlane simulator`: its options, and the way into `runSimulator`. */
export function addSimulatorCommand(command: AddCommand, io: CliIo, exit: (code: number) => void): void {
	interface Parsed {
		port: number;
		host: string;
		seed: number;
		teamId: string;
		apiKey: string;
		projects: string[];
		steps: string[];
		webhookUrl?: string;
		webhookSecret?: string;
		tasks: number;
		every: number;
		latency: number;
		faults: string;
		reviewer: boolean;
		listPath?: string;
		files: SimulatorCommandOptions['files'];
		malformed: number;
		json: boolean;
	}
	command(
		'simulator',
		'Serve a stand-in for Send AI on loopback, to try things without an account',
		'simulator --tasks 20 --faults rough --webhook-url http://127.0.0.1:8787/webhooks/send-ai --webhook-secret a-token-of-16-characters',
	)
		.addHelpText('after', `\n${SIMULATOR_HELP}`)
		.option('--port <port>', 'port to listen on, 0 for a free one', wholeNumber(0, 65_535), defaults.port)
		.option('--host <address>', 'loopback address to listen on', defaults.host)
		.option('--seed <number>', 'everything follows from it', wholeNumber(0, 4_294_967_295), defaults.seed)
		.option('--team-id <id>', 'the team', defaults.teamId)
		.option('--api-key <key>', 'the key that callers must send', defaults.apiKey)
		.option('--projects <ids...>', 'the projects', [...defaults.projectIds])
		.option('--steps <types...>', 'step types that a task passes, in order', [...defaults.steps])
		.option('--webhook-url <address>', 'where events go; none are sent without it')
		.option('--webhook-secret <secret>', 'whsec_... signs them, anything else is sent as a bearer token')
		.option('--tasks <count>', 'tasks at the start', wholeNumber(0, 100_000), defaults.tasks)
		.option('--every <seconds>', 'a further upload every so many seconds, 0 for none', upTo(86_400), defaults.every)
		.option('--latency <ms>', 'time that each call takes', wholeNumber(0, 60_000), defaults.latencyMs)
		.option('--faults <faults>', 'none, rough, or chances like stale-read=0.1,complete:forbidden=1', defaults.faults)
		.option('--reviewer', 'let people work on tasks as well', defaults.reviewer)
		.option('--list-path <path>', 'path template of a task list; none without it, as documented')
		.addOption(
			new Option('--files <kind>', "what an upload's files hold")
				.choices(['empty', 'keys', 'values', 'nested-id', 'nested-task-id'])
				.default(defaults.files),
		)
		.option('--malformed <share>', 'share of malformed task objects, 0 to 1', upTo(1), defaults.malformed)
		.action(async ({ projects, steps, latency, ...options }: Parsed) => {
			const [project = defaults.projectIds[0], ...otherProjects] = projects;
			const [step = defaults.steps[0], ...otherSteps] = steps;
			exit(
				await runSimulator(
					{
						...options,
						projectIds: [project, ...otherProjects],
						steps: [step, ...otherSteps],
						latencyMs: latency,
					},
					{ print: io.print },
				),
			);
		});
}
