import type { PushRecord, PushTarget } from './history.ts';

export type Numbered = readonly [number: number, push: PushRecord];

/** Finds the accepted pushes for a user, device or room without looking at all of them. */
export class PushesByTarget {
  readonly #byKey = new Map<string, Numbered[]>();
  readonly #rooms = new Map<string, readonly Numbered[]>();

  constructor(pushes: readonly PushRecord[]) {
    pushes.forEach((push, number) => {
      if (push.outcome !== 'accepted') return;
      const key = keyOf(push.target);
      const list = this.#byKey.get(key) ?? [];
      list.push([number, push]);
      this.#byKey.set(key, list);
      if (push.target.kind === 'room') this.#rooms.set(push.target.roomId, list);
    });
  }

  get rooms(): ReadonlyMap<string, readonly Numbered[]> {
    return this.#rooms;
  }

  acceptedFor(target: PushTarget): readonly Numbered[] {
    return this.#byKey.get(keyOf(target)) ?? [];
  }
}

function keyOf(target: PushTarget): string {
  switch (target.kind) {
    case 'user':
      return `user ${target.userId}`;
    case 'device':
      return `device ${target.deviceId}`;
    case 'room':
      return `room ${target.roomId}`;
  }
}
