export { openNatsBus } from './open-nats-bus.ts';
export { openJetStreamExpressLog } from './log/open-jetstream-express-log.ts';
export { subjectOf } from './subjects.ts';

export type { BusStats } from './bus-stats.ts';
export type { OpenBus, OpenNatsBusOptions } from './open-nats-bus.ts';
export type { OpenExpressLog, OpenExpressLogOptions } from './log/open-jetstream-express-log.ts';
