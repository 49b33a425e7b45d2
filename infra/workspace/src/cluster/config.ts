import { parseArgs } from 'node:util';
import { defineConfig, loadConfig, sharedSettings } from '@longwire/runtime';
import type { ClusterSize } from './plan.ts';

const clusterConfig = defineConfig({
  prefix: 'LONGWIRE_CLUSTER',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    apiKey: sharedSettings.apiKey,
    tokenKeys: sharedSettings.tokenKeys,
    stateDir: sharedSettings.stateDir,
  },
});

/** Reads the environment; throws ConfigError with all faults. */
export function readClusterConfig() {
  return loadConfig(clusterConfig, process.env);
}

const DEFAULT_SIZE: ClusterSize = { control: 1, logic: 1, dispatch: 2, service: 1, access: 2 };
const MAX_PROCESSES = 9;

/** Reads `--access 3` and the like; throws an Error with one line on what is wrong. */
export function readClusterSize(args: readonly string[]): ClusterSize {
  const tiers = Object.keys(DEFAULT_SIZE) as (keyof ClusterSize)[];
  const options = Object.fromEntries(tiers.map((tier) => [tier, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const sizeOf = (tier: keyof ClusterSize): number => {
    const text = values[tier];
    if (typeof text !== 'string') return DEFAULT_SIZE[tier];
    const size = Number(text);
    if (Number.isInteger(size) && size >= 1 && size <= MAX_PROCESSES) return size;
    throw new Error(`--${tier} takes a whole number from 1 to ${MAX_PROCESSES}, not "${text}"`);
  };
  return Object.fromEntries(tiers.map((tier) => [tier, sizeOf(tier)])) as unknown as ClusterSize;
}
