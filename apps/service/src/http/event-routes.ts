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

const POSITION = /^\d{1,20}(-\d{1,20})?$/;

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
