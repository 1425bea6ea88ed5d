/**
 * `npm audit` where the registry offers it. A registry without the audit endpoint (many mirrors have none) is reported
 * and passes: it says nothing about the packages. Any vulnerability that the registry does report fails.
 */
import { spawnSync } from 'node:child_process';

interface AuditReport {
	readonly error?: { readonly code?: string; readonly summary?: string };
	readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
}

const run = spawnSync('npm', ['audit', '--json', '--omit=dev'], {
	encoding: 'utf8',
	shell: process.platform === 'win32',
});
let report: AuditReport;
try {
	report = JSON.parse(run.stdout) as AuditReport;
} catch {
	report = { error: { summary: 'npm audit gave no report' } };
}

const vulnerabilities = report.metadata?.vulnerabilities;
if (vulnerabilities === undefined) {
	console.log('dependency audit: not offered by this registry, skipped');
} else {
	const { total = 0 } = vulnerabilities;
	console.log(`dependency audit: ${total} known vulnerabilities in what is shipped`);
	if (total > 0) {
		console.error('Run `npm audit` for the list and `npm audit fix` for the remedy.');
		process.exitCode = 1;
	}
}
