export { type AppPart, createApp, webhookPath } from './app.ts';
export type { AppDeps, Operator } from './deps.ts';
