/**
 * Parts of prom-client by their own path. Its index brings metrics of the Node process and of clusters along, which a
 * Worker neither has nor should carry.
 */
declare module 'prom-client/lib/counter.js' {
	export { Counter as default } from 'prom-client';
}
declare module 'prom-client/lib/gauge.js' {
	export { Gauge as default } from 'prom-client';
}
declare module 'prom-client/lib/histogram.js' {
	export { Histogram as default } from 'prom-client';
}
declare module 'prom-client/lib/registry.js' {
	export { Registry as default } from 'prom-client';
}
