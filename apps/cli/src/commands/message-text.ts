import type { Message } from '@longwire/client';
import { plain } from '../output/plain.ts';

export interface MessageText {
  readonly cmd: string;
  readonly text: string;
}

const NAMES = ['name', 'uname', 'user', 'userId'];
const TEXTS = ['text', 'msg', 'message'];

/** A message in one line: who says what where it looks like somebody saying something, else its fields. */
export function messageText({ cmd, payload }: Message): MessageText {
  const name = firstText(payload, NAMES);
  const text = firstText(payload, TEXTS);
  const rest = { ...payload, cmd: undefined, lw: undefined };
  const said = name === undefined ? text : `${name}: ${text}`;
  return { cmd: plain(cmd), text: plain(text === undefined || said === undefined ? JSON.stringify(rest) : said) };
}

function firstText(payload: Message['payload'], names: readonly string[]): string | undefined {
  return names.map((name) => payload[name]).find((value) => typeof value === 'string');
}
