import { Readable } from 'node:stream';
import { AppError } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { ConsoleMetrics } from '../metrics.ts';
import { handOn } from './passing-routes.ts';
import type { OperatorSession, SessionTable } from './session-table.ts';
import { requireSession } from './signed-in.ts';
import type { Upstream } from './upstream.ts';

export interface EventStreamRoutePorts {
  readonly sessions: SessionTable;
  readonly upstream: Pick<Upstream, 'openEvents'>;
  readonly metrics: ConsoleMetrics;
}

/** Tabs that may watch events at once; each holds a stream of service. */
export const MAX_STREAMS_A_SESSION = 4;

const querySchema = z.strictObject({
  types: z.string().max(100).default(''),
});

/** `GET /api/operator/service/v1/events`: the event stream of service, which ends with the session. */
export function addEventStreamRoute(server: HttpServer, { sessions, upstream, metrics }: EventStreamRoutePorts): void {
  const places = createStreamPlaces((streams) => metrics.operatorStreams.set(streams));

  server.get(
    '/api/operator/service/v1/events',
    { schema: { hide: true, querystring: querySchema } },
    async (request, reply) => {
      const session = requireSession(request, sessions);
      const gone = new AbortController();
      request.raw.once('close', () => gone.abort());
      const signal = AbortSignal.any([session.signal, gone.signal]);
      const header = request.headers['last-event-id'];
      const lastEventId = typeof header === 'string' && header !== '' ? header : undefined;
      const release = places.take(session);
      const answer = await upstream
        .openEvents({ apiKey: session.apiKey, types: request.query.types, lastEventId, signal })
        .catch((fault: unknown) => {
          release();
          throw fault;
        });
      if ('status' in answer) {
        release();
        if (answer.status === 401) sessions.end(session.id);
        return handOn(reply, answer);
      }
      const stream = Readable.from(untilCut(answer), { objectMode: false }).once('close', release);
      return reply.header('cache-control', 'no-store').type('text/event-stream; charset=utf-8').send(stream);
    },
  );
}

interface StreamPlaces {
  /** Throws `overloaded` when the session has none left. Gives back what gives the place back; twice is safe. */
  take(session: OperatorSession): () => void;
}

function createStreamPlaces(onStreams: (streams: number) => void): StreamPlaces {
  const taken = new Map<OperatorSession, number>();
  let streams = 0;
  const change = (session: OperatorSession, by: 1 | -1): void => {
    const own = (taken.get(session) ?? 0) + by;
    if (own === 0) taken.delete(session);
    else taken.set(session, own);
    streams += by;
    onStreams(streams);
  };
  return {
    take(session) {
      if ((taken.get(session) ?? 0) >= MAX_STREAMS_A_SESSION) {
        throw new AppError('overloaded', `At most ${MAX_STREAMS_A_SESSION} event streams`, { retryAfterMs: 5_000 });
      }
      change(session, 1);
      let isTaken = true;
      return () => {
        if (isTaken) change(session, -1);
        isTaken = false;
      };
    },
  };
}

/** The chunks until the stream ends, whoever ends it: the session, the browser or service. All three are usual here. */
async function* untilCut(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch {
    // The reader goes on behind the last event it got; how the line was cut is no matter to it.
  }
}
