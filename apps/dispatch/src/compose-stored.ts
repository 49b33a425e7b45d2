import type { Bus, Clock, ExpressLog, LeaseStore, LogicApi, MessageReports } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import type { DispatchConfig } from './config.ts';
import { AckReceiver } from './express/ack-receiver.ts';
import { ArrivalReceiver } from './express/arrival-receiver.ts';
import type { ExpressSender } from './express/express-sender.ts';
import { ExpressWorker } from './express/express-worker.ts';
import { Ledger } from './express/ledger/ledger.ts';
import { LogKeeper } from './express/log-keeper.ts';
import { ReportWriter } from './express/report-writer.ts';
import { RoundMaker } from './express/round-maker.ts';
import type { RouteResolver } from './express/route-resolver.ts';
import { SiteShare } from './express/site-share.ts';
import { StatusReceiver } from './express/status-receiver.ts';
import type { DispatchMetrics } from './metrics.ts';
import type { ExpressTraces } from './trace/express-traces.ts';

/** What both halves of the express work need: what wants an ack, and what does not. */
export interface ExpressBase {
  readonly expressBus: Bus;
  readonly log: ExpressLog;
  readonly reports: MessageReports;
  readonly leases: LeaseStore;
  readonly logic: LogicApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatchMetrics;
  readonly holder: string;
}

export interface StoredWorkPorts extends ExpressBase {
  readonly sender: ExpressSender;
  readonly resolver: RouteResolver;
  readonly traces: ExpressTraces;
  /** Counts and logs a failed call. */
  readonly onFault: (call: string) => (fault: unknown) => void;
}

/** The work on messages that want an ack: what the log says of them, and what is done about it. */
export function composeStored(config: DispatchConfig, ports: StoredWorkPorts) {
  const { expressBus, log, logic, leases, clock, logger, metrics, holder, sender, resolver, traces, onFault } = ports;
  const ledger = new Ledger({ spacingMs: config.retrySpacing, maxRounds: config.retryRounds });
  const share = new SiteShare({
    leases,
    site: config.site,
    holder,
    clock,
    logger,
    periodMs: config.leaseRenewMs,
    ttlMs: config.leaseTtlMs,
    onChange: () => worker.recheck(),
  });
  const isMine = (id: string): boolean => share.isMine(id);
  const reports = new ReportWriter({ reports: ports.reports, clock, onFault: onFault('report') });
  const rounds = new RoundMaker({
    ledger,
    sender,
    resolver,
    logic,
    expressBus,
    clock,
    isMine,
    traces,
    onRound: ({ rounds: made }) => {
      if (made > 0) metrics.expressRetried.inc();
    },
    onFault: onFault('routes'),
  });
  const keeper = new LogKeeper({
    log,
    ledger,
    clock,
    isMine,
    isTrimSafe: () => reports.size === 0,
    onCarried: () => metrics.expressCarried.inc(),
    onFault: (call, fault) => onFault(call)(fault),
  });
  const worker = new ExpressWorker({
    log,
    ledger,
    rounds,
    reports,
    keeper,
    expressBus,
    clock,
    tickMs: config.retryEveryMs,
    onTaken: (message) => {
      if (isMine(message.messageId)) traces.taken(message);
    },
    onExpired: (report) => {
      metrics.expressExpired.inc(report.targets - report.acked);
      if (isMine(report.messageId)) traces.expired(report);
    },
    onCaughtUp: () => logger.info({ messages: ledger.size }, 'express-log-read'),
  });
  return { ledger, share, reports, worker, ...composeReceivers(ports, { ledger, reports, worker, isMine }) };
}

interface StoredWork {
  readonly ledger: Ledger;
  readonly reports: ReportWriter;
  readonly worker: ExpressWorker;
  /** This process of its site works on the message. */
  readonly isMine: (id: string) => boolean;
}

/** What comes over the bus for messages in the log. */
function composeReceivers(ports: StoredWorkPorts, { ledger, reports, worker, isMine }: StoredWork) {
  const { log, clock, metrics, sender, traces, onFault } = ports;
  const onMalformed = (topic: string) => () => metrics.malformed.inc({ topic });
  const acks = new AckReceiver({
    ledger,
    log,
    isMine,
    traces,
    onOutcome: (outcome) => metrics.expressAcks.inc({ outcome }),
    onFinished: (tracked) => {
      const report = ledger.end(tracked, clock.now());
      if (report !== undefined) reports.write(report);
    },
    onFault: onFault('append-acks'),
    onMalformed: onMalformed('acks'),
  });
  const arrivals = new ArrivalReceiver({
    ledger,
    sender,
    clock,
    isMine,
    traces,
    onArrivals: (connections) => metrics.expressArrivals.inc(connections),
    onMalformed: onMalformed('arrivals'),
  });
  const status = new StatusReceiver({
    find: (messageId) => ledger.report(messageId, clock.now()) ?? reports.find(messageId),
    isMine,
    isCaughtUp: () => worker.isCaughtUp,
    clock,
    onMalformed: onMalformed('message-status'),
  });
  return { acks, arrivals, status };
}
