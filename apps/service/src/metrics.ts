import type { MetricsRegistry } from '@longwire/runtime';

export type ServiceMetrics = ReturnType<typeof createServiceMetrics>;

/** Every metric of the service tier. */
export function createServiceMetrics(registry: MetricsRegistry) {
  const delivering = new Map<string, () => boolean>();
  registry.gauge({
    name: 'longwire_service_is_delivering',
    help: '1 while this process is the one that passes client events on.',
    labels: ['sink'],
    collect: (gauge) => {
      for (const [sink, isActive] of delivering) gauge.set({ sink }, isActive() ? 1 : 0);
    },
  });
  return {
    pushes: registry.counter({
      name: 'longwire_service_pushes_total',
      help: 'Pushes answered with 202, repeats of an idempotency key included.',
      labels: ['target', 'lane'],
    }),
    refusals: registry.counter({
      name: 'longwire_service_refusals_total',
      help: 'Pushes refused by a limit of this process, or because the express log is full (express-log).',
      labels: ['limit'],
    }),
    idempotentRepeats: registry.counter({
      name: 'longwire_service_idempotent_repeats_total',
      help: 'Pushes answered from an earlier one with the same idempotency key.',
    }),
    handOverSeconds: registry.histogram({
      name: 'longwire_service_hand_over_seconds',
      help: 'Time until dispatch or the express log had taken a message.',
      labels: ['lane'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    }),
    roomHandOvers: registry.counter({
      name: 'longwire_service_room_hand_overs_total',
      help: 'Requests that took room messages to the owner of their partition, repeats not counted; each takes what has gathered.',
    }),
    handOverRetries: registry.counter({
      name: 'longwire_service_hand_over_retries_total',
      help: 'Requests to dispatch that were tried again because nobody listened.',
      labels: ['lane'],
    }),
    queuedRoomMessages: registry.gauge({
      name: 'longwire_service_queued_room_messages',
      help: 'Room messages waiting for the owner of their partition; at most LONGWIRE_SERVICE_MAX_QUEUED.',
    }),
    inFlight: registry.gauge({
      name: 'longwire_service_pushes_in_flight',
      help: 'Pushes under way; at most LONGWIRE_SERVICE_MAX_IN_FLIGHT.',
    }),
    deliveredEvents: registry.counter({
      name: 'longwire_service_delivered_events_total',
      help: 'Client events that the webhook or the NATS subject has taken.',
      labels: ['sink'],
    }),
    deliveryFailures: registry.counter({
      name: 'longwire_service_delivery_failures_total',
      help: 'Times client events could not be passed on and were kept for the next try.',
      labels: ['sink'],
    }),
    deliveryGaps: registry.counter({
      name: 'longwire_service_delivery_gaps_total',
      help: 'Times the event log no longer had all that was to be passed on.',
      labels: ['sink'],
    }),
    /** Shows who passes events on to a sink, as of each scrape. */
    observeDelivery: (sink: string, isActive: () => boolean): void => void delivering.set(sink, isActive),
    vitalsReports: registry.counter({
      name: 'longwire_service_vitals_reports_total',
      help: 'Reports of processes: taken, outdated (of an earlier run), refused (500 processes are known already).',
      labels: ['outcome'],
    }),
    malformed: registry.counter({
      name: 'longwire_service_malformed_total',
      help: 'Payloads from the bus that could not be read and were dropped.',
      labels: ['topic'],
    }),
    knownProcesses: registry.gauge({
      name: 'longwire_service_known_processes',
      help: 'Processes that have said within the last 5 s how they do; at most 500.',
    }),
    keptTraces: registry.gauge({
      name: 'longwire_service_kept_traces',
      help: 'Messages whose trace is kept; at most 2000.',
    }),
    traceSpans: registry.counter({
      name: 'longwire_service_trace_spans_total',
      help: 'Spans of traced messages: sent, or dropped because there were more than 500 in a second.',
      labels: ['outcome'],
    }),
    roomAsks: registry.counter({
      name: 'longwire_service_room_asks_total',
      help: 'Questions to partition owners about rooms: answered, unknown, silent, malformed, held-back (not asked, after failures).',
      labels: ['outcome'],
    }),
    eventStreams: registry.gauge({
      name: 'longwire_service_event_streams',
      help: 'Open GET /v1/events streams; at most LONGWIRE_SERVICE_MAX_EVENT_STREAMS.',
    }),
  };
}
