import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '@longwire/client';
import type { ConnectOptions } from '@longwire/client';
import { recordAll } from '../../harness/seen.ts';
import type { TicketDesk } from '../../harness/ticket-desk.ts';
import { DeviceClock, DeviceSurroundings } from './device-clock.ts';
import type { Device, Platform, StartOptions } from './driver.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Clients in this process, with what is particular to them in `options`. */
export function nodePlatform(name: string, options: Pick<ConnectOptions, 'transport'>): Platform {
  return {
    name,
    skip: false,
    open: async (desk) => ({
      start: async (start) => startInNode(desk, start, options),
      close: () => Promise.resolve(),
    }),
  };
}

function startInNode(desk: TicketDesk, start: StartOptions, options: Pick<ConnectOptions, 'transport'>): Device {
  const { userId, rooms, skewMs = 0, isHasty = false } = start;
  const clock = new DeviceClock(skewMs);
  const surroundings = new DeviceSurroundings();
  const client = connect({
    getToken: () => desk.give({ userId, deviceId: userId }),
    rooms,
    platform: 'test',
    clock,
    surroundings,
    ...(isHasty && { random: () => 0 }),
    ...options,
  });
  const seen = recordAll(client);
  return {
    seen: () => Promise.resolve(seen),
    send: (data) => client.send(data),
    now: () => Promise.resolve(clock.now()),
    setNetwork: async (isOnline) => surroundings.tell(isOnline ? 'online' : 'offline'),
    sleep: async () => clock.sleep(),
    wake: async () => {
      clock.wake();
      surroundings.tell('visible');
    },
    heapBytes: async () => {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    },
    stop: async () => {
      client.close();
      await client.closed;
    },
  };
}
