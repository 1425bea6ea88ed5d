/// <reference path="./prom-client-parts.d.ts" />

/** What we use of prom-client, without what its index brings along: see `prom-client-parts.d.ts`. */
export { default as Counter } from 'prom-client/lib/counter.js';
export { default as Gauge } from 'prom-client/lib/gauge.js';
export { default as Histogram } from 'prom-client/lib/histogram.js';
export { default as Registry } from 'prom-client/lib/registry.js';
