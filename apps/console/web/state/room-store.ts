import { batch } from '@preact/signals';
import { connect, webSocketTransport, withLinkReports } from '@longwire/client';
import type { ConnectOptions } from '@longwire/client';
import { pageTickets } from '../link/page-ticket.ts';
import { watchedTransport } from '../link/watched-transport.ts';
import type { Arrival } from '../link/watched-transport.ts';
import { gathered } from './gathered.ts';
import { incomingOf } from './incoming.ts';
import type { JoinRequest } from './join-request.ts';
import { rememberRequest } from './join-request.ts';
import { noteClock, resetPk } from './pk-state.ts';
import { announceStreamer } from './streamers.ts';
import { roomClient, setRoomClient } from './room-client.ts';
import * as room from './room-state.ts';
import { resetShown, show } from './show.ts';
import { addArrival, NO_TRAFFIC } from './traffic.ts';

const ARRIVALS_EVERY_MS = 100;
const LINK_REPORTS_EVERY_MS = 20_000;

const countArrival = gathered<Arrival>({ capacity: Infinity, everyMs: ARRIVALS_EVERY_MS }, (arrivals) => {
  room.traffic.value = arrivals.reduce(addArrival, {
    ...room.traffic.value,
    messages: roomClient()?.quality.messages ?? 0,
  });
});

/** Opens the one connection of this tab and joins the room. */
export function join(request: JoinRequest): void {
  leave();
  rememberRequest(request);
  room.joined.value = request;
  const { userId, deviceId } = room.viewer;
  const identity = { userId, deviceId, userName: request.name, roomId: request.roomId };
  let wasLive = false;
  const options: ConnectOptions = {
    getToken: pageTickets(identity, noteClock),
    rooms: [request.roomId],
    transport: watchedTransport(webSocketTransport, {
      onArrival: countArrival,
      onResumes: (waiting) => {
        // The first one only asks where the room stands.
        if (isCurrent()) room.isResuming.value = wasLive && waiting > 0;
      },
    }),
  };
  // Every page: this is where one looks at how it works.
  const opened = connect(withLinkReports(options, { share: 1, everyMs: LINK_REPORTS_EVERY_MS }));
  setRoomClient(opened);
  // A client that was closed goes on telling for a moment; the room is another one by then.
  const isCurrent = (): boolean => roomClient() === opened;
  opened.when('state', (state) => {
    if (!isCurrent()) return;
    room.clientState.value = state;
    if (state.kind === 'live') announceStreamer();
    // A count that nobody confirms any more is not shown.
    else batch(() => ((room.online.value = null), (room.rttMs.value = null)));
  });
  opened.when('online', ({ online }) => {
    if (!isCurrent()) return;
    // With the first count the room is joined and its first resume asked.
    queueMicrotask(() => (wasLive = true));
    room.online.value = online;
    room.rttMs.value = opened.quality.rttMs;
  });
  opened.when('gap', ({ missed }) => {
    if (isCurrent()) room.missed.value += missed ?? Infinity;
  });
  opened.on('*', (message) => {
    const incoming = isCurrent() ? incomingOf(message) : undefined;
    if (incoming !== undefined) show(incoming);
  });
}

export function leave(): void {
  setRoomClient(undefined);
  resetPk();
  batch(() => {
    room.joined.value = null;
    room.clientState.value = null;
    room.isResuming.value = false;
    room.rttMs.value = null;
    room.missed.value = 0;
    room.online.value = null;
    room.zoneNotice.value = null;
    room.globalNotice.value = null;
    room.pkOutcome.value = null;
    room.traffic.value = NO_TRAFFIC;
    resetShown();
  });
}

export function retryNow(): void {
  roomClient()?.retryNow();
}
