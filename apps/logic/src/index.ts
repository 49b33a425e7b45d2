export { createLogicApp, openLogicApp } from './app.ts';
export { logicConfig } from './config.ts';
export { logicVitals } from './vitals.ts';
export { createLogicMetrics } from './metrics.ts';
export { presenceTimesOf } from './presence/presence-times.ts';

export type { LogicApp, LogicPorts } from './app.ts';
export type { LogicConfig } from './config.ts';
