export { createServiceApp } from './app.ts';
export { serviceConfig } from './config.ts';

export type { ServicePorts } from './app.ts';
export type { ServiceConfig } from './config.ts';
