export { createLogicApp, openLogicApp } from './app.ts';
export { logicConfig } from './config.ts';
export { createLogicMetrics } from './metrics.ts';

export type { LogicApp, LogicPorts } from './app.ts';
export type { LogicConfig } from './config.ts';
