import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import type { WireClient } from './wire-client.ts';

/** The texts of all messages it got, in order. */
export function texts(client: WireClient): unknown[] {
  return client.messages.map(({ payload }) => payload['text']);
}

/** Waits for as many messages, which are to be these. */
export async function received(client: WireClient, expected: readonly string[]): Promise<void> {
  await eventually(() => client.messages.length >= expected.length, { what: `${expected.length} messages` });
  assert.deepEqual(texts(client), expected);
}

/** The order in which messages (their text) and op 23 (its recovered and seq) came. */
export function story(client: WireClient): string[] {
  return client.everything.flatMap((frame) => {
    if (frame.kind === 'message') return [String(frame.payload['text'])];
    return frame.kind === 'resumeReply' ? [`${frame.code} ${frame.recovered} ${frame.epoch}/${frame.roomSeq}`] : [];
  });
}

/** Waits for as long a story, which is to be this one. */
export async function told(client: WireClient, expected: readonly string[]): Promise<void> {
  await eventually(() => story(client).length >= expected.length, { what: expected.join(', ') });
  assert.deepEqual(story(client), expected);
}

export function resume(client: WireClient, roomSeq: number, epoch = 1, seq = 9): void {
  client.send({ kind: 'resume', seq, roomId: 'a', epoch, roomSeq });
}
