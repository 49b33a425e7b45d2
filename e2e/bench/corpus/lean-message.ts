import { idDigits } from './barrage.ts';
import type { Barrage } from './barrage.ts';

/** The form of a service that designed its own: only what a viewer needs, about 140 bytes. */
export function leanMessage(barrage: Barrage): object {
  const { n, person, line, atMs } = barrage;
  const color = `#${person.color.toString(16).padStart(6, '0')}`;
  const id = idDigits(barrage, 16);
  return { cmd: 'D', n, id, uid: person.userId, name: person.name, text: line.text, ts: atMs, color };
}
