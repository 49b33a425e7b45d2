import type { Message } from '@longwire/client';
import { GIFT_NAMES } from './gift-cards.ts';
import type { GivenGift } from './gift-cards.ts';
import { colorOf } from './viewer.ts';

/** What this page understands of what the business pushes. */
export type Incoming =
  | {
      readonly kind: 'barrage';
      readonly userId: string;
      readonly name: string;
      readonly text: string;
      readonly color: string;
      /** The name that the sender's page gave it; "" when it gave none. */
      readonly ref: string;
    }
  | (GivenGift & { readonly kind: 'gift'; readonly ref: string })
  | {
      readonly kind: 'pk-invite';
      readonly inviteId: string;
      readonly rival: string;
      /** Null: nobody to answer to. */
      readonly rivalUserId: string | null;
      readonly answerMs: number;
      /** Clock of the backend, ms since 1970. */
      readonly expiresAt: number;
    }
  | {
      readonly kind: 'pk-answer';
      readonly inviteId: string;
      readonly name: string;
      readonly rival: string;
      readonly isAccepted: boolean;
    }
  | { readonly kind: 'zone-notice'; readonly zone: string; readonly text: string }
  | { readonly kind: 'global-notice'; readonly text: string };

const COLOR = /^#[0-9a-f]{6}$/i;
/** What others send is shown, so it is bounded here again. */
const MAX_SHOWN_CHARS = 200;
const MAX_GIFTS = 99;

/** Reads a pushed object; undefined for a `cmd` this page does not know or fields that do not fit it. */
export function incomingOf({ cmd, payload }: Pick<Message, 'cmd' | 'payload'>): Incoming | undefined {
  const text = (field: string): string => {
    const value = payload[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX_SHOWN_CHARS) : '';
  };
  const number = (field: string): number => {
    const value = payload[field];
    return typeof value === 'number' ? value : 0;
  };
  switch (cmd) {
    case 'DANMU_MSG': {
      if (text('text') === '') return undefined;
      const userId = text('userId');
      const name = text('name') || 'someone';
      const color = COLOR.test(text('color')) ? text('color') : colorOf(userId || name);
      return { kind: 'barrage', userId, name, text: text('text'), color, ref: text('ref') };
    }
    case 'GIFT': {
      const gift = GIFT_NAMES.find((known) => known === text('gift'));
      const count = Math.min(MAX_GIFTS, Math.floor(number('count')));
      if (gift === undefined || count < 1) return undefined;
      const name = text('name') || 'someone';
      return { kind: 'gift', userId: text('userId') || name, name, gift, count, ref: text('ref') };
    }
    case 'PK_INVITE': {
      const inviteId = text('inviteId');
      if (inviteId === '') return undefined;
      const rival = text('rival') || 'someone';
      const times = { answerMs: number('answerMs'), expiresAt: number('expiresAt') };
      return { kind: 'pk-invite', inviteId, rival, rivalUserId: text('rivalUserId') || null, ...times };
    }
    case 'PK_ANSWER':
      return {
        kind: 'pk-answer',
        inviteId: text('inviteId'),
        name: text('name'),
        rival: text('rival'),
        isAccepted: payload['accepted'] === true,
      };
    case 'ZONE_NOTICE':
      return { kind: 'zone-notice', zone: text('zone'), text: text('text') };
    case 'GLOBAL_NOTICE':
      return { kind: 'global-notice', text: text('text') };
    default:
      return undefined;
  }
}
