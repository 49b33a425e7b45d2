export { openStandaloneApp } from './app.ts';
export { standaloneConfig } from './config.ts';

export type { StandaloneApp } from './app.ts';
export type { StandaloneConfig } from './config.ts';
