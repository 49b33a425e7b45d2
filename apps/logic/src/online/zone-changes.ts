import { trustedId } from '@longwire/domain';
import type { Bus, RoomId, Subscription } from '@longwire/domain';
import { RoomZones } from '@longwire/protos/bus/v1';
import { defineComponent } from '@longwire/runtime';
import type { Component } from '@longwire/runtime';
import type { ZoneCache } from './zone-cache.ts';

/**
 * Forgets remembered zones as the bus tells of changes, and all of them whenever the bus was cut off, since changes may
 * have been missed then. Resolves when changes are surely heard; rejects with `bus-unavailable`.
 */
export async function followZoneChanges(
  bus: Pick<Bus, 'subscribe' | 'onConnectionChange'>,
  zones: Pick<ZoneCache, 'invalidate' | 'clear'>,
  onFault: (fault: unknown) => void,
): Promise<Pick<Subscription, 'unsubscribe'>> {
  const forgetListener = bus.onConnectionChange(() => zones.clear());
  try {
    const subscription = await bus.subscribe({ kind: 'room-zones' }, (payload) => {
      try {
        zones.invalidate(RoomZones.decode(payload).rooms.map(({ roomId }) => trustedId<RoomId>(roomId)));
      } catch (fault) {
        // What it was about is not known: better to read all again than to keep one wrong answer.
        zones.clear();
        onFault(fault);
      }
    });
    return {
      unsubscribe() {
        forgetListener();
        subscription.unsubscribe();
      },
    };
  } catch (cause) {
    forgetListener();
    throw cause;
  }
}

/** {@link followZoneChanges} as a part of a process; the start fails when the bus does not take the subscription. */
export function createZoneFollower(...args: Parameters<typeof followZoneChanges>): Component {
  let subscription: Pick<Subscription, 'unsubscribe'> | undefined;
  return defineComponent({
    name: 'zone-changes',
    start: async () => {
      subscription = await followZoneChanges(...args);
    },
    stop: () => subscription?.unsubscribe(),
  });
}
