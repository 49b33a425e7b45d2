import { userIdOf } from './auth-frames.ts';
import type { PushSpec } from './orders.ts';

/** Returns a function that makes the body of push `index` around a payload's JSON text. */
export function createPushBody(spec: PushSpec): (index: number, payload: string) => string {
  const extra = Object.entries(spec.fields ?? {}).map(
    ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const tail = `${extra.join('')}}`;
  const targetOf = createTarget(spec.target);
  return (index, payload) => `{"target":${targetOf(index)},"payload":${payload}${tail}`;
}

function createTarget(target: PushSpec['target']): (index: number) => string {
  switch (target.kind) {
    case 'all':
      return () => '{"kind":"all"}';
    case 'room':
      return (index) => JSON.stringify({ kind: 'room', roomId: `${target.rooms.prefix}${index % target.rooms.count}` });
    case 'user':
      return (index) => JSON.stringify({ kind: 'user', userIds: [userIdOf(target.prefix, index % target.count)] });
  }
}
