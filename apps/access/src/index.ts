export { createAccessApp } from './app.ts';
export { accessConfig } from './config.ts';
export { accessVitals } from './vitals.ts';
export { createAccessMetrics, registerAccessGauges } from './metrics.ts';

export type { AccessApp, AccessPorts } from './app.ts';
export type { AccessConfig } from './config.ts';
