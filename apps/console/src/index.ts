export { createConsoleApp } from './app.ts';
export { consoleConfig } from './config.ts';

export type { ConsoleApp } from './app.ts';
export type { ConsoleConfig } from './config.ts';
