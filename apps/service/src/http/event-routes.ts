import { Readable } from 'node:stream';
import { requireScope } from '@longwire/auth';
import { AppError, CLIENT_EVENT_TYPES } from '@longwire/domain';
import type { ClientEventType, EventLog } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import { eventStream } from '../events/event-stream.ts';
import type { ServiceMetrics } from '../metrics.ts';
import type { Authenticate } from './authenticate.ts';

export interface EventRoutePorts {
  readonly authenticate: Authenticate;
  readonly log: EventLog;
  readonly maxStreams: number;
  readonly keepAliveMs: number;
  readonly metrics: ServiceMetrics;
  /** Aborted when the process stops: ends every stream. */
  readonly stopping: AbortSignal;
}

const querySchema = z.object({
  types: z
    .string()
    .optional()
    .describe(`Comma separated, any of ${CLIENT_EVENT_TYPES.join(', ')}; default all`),
});

function parseTypes(text: string | undefined): ReadonlySet<ClientEventType> {
  if (text === undefined || text === '') return new Set(CLIENT_EVENT_TYPES);
  const known: readonly string[] = CLIENT_EVENT_TYPES;
  const names = text.split(',').map((name) => name.trim());
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new AppError('invalid-request', `types: ${stranger} is none of ${known.join(', ')}`, { field: 'types' });
  }
  return new Set(names as ClientEventType[]);
}

/** A position of any adapter's log: numbers with dashes between. What is none of this log is answered with a gap. */
const POSITION = /^\d{1,20}(-\d{1,20}){0,2}$/;

function parseLastEventId(header: string | string[] | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && POSITION.test(header)) return header;
  throw new AppError('invalid-request', 'Last-Event-ID is not an id of this stream', { field: 'Last-Event-ID' });
}

/** `GET /v1/events`: what happens at the clients, as server-sent events. */
export function addEventRoutes(app: HttpServer, ports: EventRoutePorts): void {
  let open = 0;
  app.get(
    '/v1/events',
    {
      schema: {
        summary: 'What happens at the clients, as server-sent events; Last-Event-ID resumes',
        description:
          'At least once, in the order of the log, each with an eventId to dedupe by. An event named `gap` says that events ' +
          'after Last-Event-ID are no longer kept. The same events are posted to a webhook, signed in the header ' +
          '`longwire-signature` (t=<seconds>,v1=<hex HMAC-SHA256 over "<t>.<body>">), and published to a NATS subject, when ' +
          'LONGWIRE_WEBHOOK_URL and LONGWIRE_EVENTS_SUBJECT are set.',
        tags: ['events'],
        querystring: querySchema,
      },
    },
    async (request, reply) => {
      requireScope(await ports.authenticate(request), 'events');
      const types = parseTypes(request.query.types);
      const lastPosition = parseLastEventId(request.headers['last-event-id']);
      if (open >= ports.maxStreams) {
        throw new AppError('overloaded', `At most ${ports.maxStreams} event streams`, { retryAfterMs: 5000 });
      }
      open += 1;
      ports.metrics.eventStreams.set(open);
      const gone = new AbortController();
      const signal = AbortSignal.any([ports.stopping, gone.signal]);
      const { log, keepAliveMs } = ports;
      const stream = Readable.from(eventStream({ log, types, lastPosition, keepAliveMs, signal }), {
        objectMode: false,
      });
      stream.once('close', () => {
        open -= 1;
        ports.metrics.eventStreams.set(open);
      });
      request.raw.once('close', () => {
        gone.abort();
        stream.destroy();
      });
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(stream);
    },
  );
}
