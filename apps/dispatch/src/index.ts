export { createDispatchApp } from './app.ts';
export { dispatchConfig } from './config.ts';
export { createDispatchMetrics, registerDispatchGauges } from './metrics.ts';

export type { DispatchPorts } from './app.ts';
export type { DispatchConfig } from './config.ts';
