export { createDispatchApp } from './app.ts';
export { dispatchConfig } from './config.ts';
export { dispatchVitals } from './vitals.ts';
export { createDispatchMetrics, registerDispatchGauges } from './metrics.ts';

export type { DispatchApp, DispatchPorts } from './app.ts';
export type { DispatchConfig } from './config.ts';
