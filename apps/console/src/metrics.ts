import type { MetricsRegistry } from '@longwire/runtime';

export type ConsoleMetrics = ReturnType<typeof createConsoleMetrics>;

/** Every metric of the console, those of its HTTP server apart. */
export function createConsoleMetrics(registry: MetricsRegistry) {
  return {
    uplinks: registry.counter({
      name: 'longwire_console_uplinks_total',
      help: 'Uplinks read, by what became of them: pushed, repeated, invalid or failed.',
      labels: ['outcome'],
    }),
    waiting: registry.gauge({
      name: 'longwire_console_uplinks_waiting',
      help: 'Uplinks read and not yet pushed.',
    }),
    feedOpens: registry.counter({
      name: 'longwire_console_event_stream_opens_total',
      help: 'Times the event stream of service was opened; more than one is a reconnect.',
    }),
    feedGaps: registry.counter({
      name: 'longwire_console_event_stream_gaps_total',
      help: 'Times service said that events between two reads are no longer kept.',
    }),
    signIns: registry.counter({
      name: 'longwire_console_sign_ins_total',
      help: 'Sign-ins of operators, by outcome: accepted, refused (the key is not known), limited or unavailable.',
      labels: ['outcome'],
    }),
    operatorSessions: registry.gauge({
      name: 'longwire_console_operator_sessions',
      help: 'Operators signed in.',
    }),
    operatorStreams: registry.gauge({
      name: 'longwire_console_operator_event_streams',
      help: 'Event streams open for operators.',
    }),
    operatorCalls: registry.counter({
      name: 'longwire_console_operator_calls_total',
      help: 'Calls passed on for operators, by tier and outcome: answered or away.',
      labels: ['tier', 'outcome'],
    }),
  };
}
