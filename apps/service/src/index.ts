export { createServiceApp } from './app.ts';
export { serviceConfig } from './config.ts';
export { createServiceMetrics } from './metrics.ts';
export { serviceVitals } from './vitals.ts';

export type { ServicePorts } from './app.ts';
export type { ServiceConfig } from './config.ts';
