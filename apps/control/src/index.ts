export { createControlApp, openControlApp } from './app.ts';
export { controlConfig } from './config.ts';
export { controlVitals } from './vitals.ts';
export { createControlMetrics } from './metrics.ts';

export type { ControlApp, ControlPorts } from './app.ts';
export type { ControlConfig } from './config.ts';
