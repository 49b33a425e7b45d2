export { openNatsBus } from './open-nats-bus.ts';
export { subjectOf } from './subjects.ts';

export type { BusStats } from './bus-stats.ts';
export type { OpenBus, OpenNatsBusOptions } from './open-nats-bus.ts';
