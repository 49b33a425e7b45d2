import { MAX_TARGET_IDS, MAX_TTL_MS, parseId } from '@longwire/domain';
import type { Lane } from '@longwire/domain';
import { payloadFault } from './json-text.ts';
import type { PayloadFault } from './json-text.ts';

export const TARGET_KINDS = ['user', 'device', 'room', 'zone', 'all'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** What is being written in the push tool, as it stands in its fields. */
export interface PushDraft {
  readonly kind: TargetKind;
  /** Ids apart by blanks or commas; one alone for a room or a zone. */
  readonly ids: string;
  readonly lane: Lane;
  readonly isAcked: boolean;
  readonly ttlSeconds: string;
  readonly payload: string;
  /** Empty: one is made for each push. */
  readonly idempotencyKey: string;
  readonly isTraced: boolean;
}

export type DraftFault =
  | { readonly field: 'ids'; readonly kind: 'missing' | 'one-only' | 'too-many' }
  | { readonly field: 'ids'; readonly kind: 'bad'; readonly id: string }
  | { readonly field: 'ttlSeconds'; readonly kind: 'bad' }
  | { readonly field: 'idempotencyKey'; readonly kind: 'bad' }
  | { readonly field: 'payload'; readonly kind: 'payload'; readonly fault: PayloadFault };

const MAX_TTL_SECONDS = MAX_TTL_MS / 1_000;

/** Whether the target kind is one that can be acked. */
export const isPersonal = (kind: TargetKind): boolean => kind === 'user' || kind === 'device';

/** The defaults of the API for a target: users and devices express and acked, the others bulk. */
export function draftFor(draft: PushDraft, kind: TargetKind): PushDraft {
  const personal = isPersonal(kind);
  return {
    ...draft,
    kind,
    ids: kind === draft.kind ? draft.ids : '',
    lane: personal ? 'express' : 'bulk',
    isAcked: personal,
  };
}

export const idsIn = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((id) => id !== '');

/** The first thing that keeps the draft from being pushed; undefined when nothing does. */
export function draftFault(draft: PushDraft): DraftFault | undefined {
  const fault = idsFault(draft);
  if (fault !== undefined) return fault;
  const ttl = Number(draft.ttlSeconds);
  const hasTtl = draft.isAcked && draft.ttlSeconds.trim() !== '';
  if (hasTtl && !(Number.isFinite(ttl) && ttl > 0 && ttl <= MAX_TTL_SECONDS))
    return { field: 'ttlSeconds', kind: 'bad' };
  if (draft.idempotencyKey.length > 200) return { field: 'idempotencyKey', kind: 'bad' };
  const payload = payloadFault(draft.payload);
  return payload === undefined ? undefined : { field: 'payload', kind: 'payload', fault: payload };
}

function idsFault({ kind, ids: text }: PushDraft): DraftFault | undefined {
  if (kind === 'all') return undefined;
  const ids = idsIn(text);
  if (ids.length === 0) return { field: 'ids', kind: 'missing' };
  if (!isPersonal(kind) && ids.length > 1) return { field: 'ids', kind: 'one-only' };
  if (ids.length > MAX_TARGET_IDS) return { field: 'ids', kind: 'too-many' };
  const bad = ids.find((id) => parseId(id) === undefined);
  return bad === undefined ? undefined : { field: 'ids', kind: 'bad', id: bad };
}

/** The body of the push as JSON text. The payload goes in as it is written, so that long numbers stay whole. */
export function bodyOf(draft: PushDraft, idempotencyKey: string): string {
  const fields = [`"target": ${JSON.stringify(targetOf(draft))}`, `"payload": ${draft.payload.trim()}`];
  fields.push(`"lane": "${draft.lane}"`, `"ack": ${draft.isAcked}`);
  if (draft.isAcked && draft.ttlSeconds.trim() !== '')
    fields.push(`"ttlMs": ${Math.round(Number(draft.ttlSeconds) * 1_000)}`);
  if (idempotencyKey !== '') fields.push(`"idempotencyKey": ${JSON.stringify(idempotencyKey)}`);
  return `{${fields.join(', ')}}`;
}

function targetOf({ kind, ids: text }: PushDraft): object {
  const ids = idsIn(text);
  if (kind === 'user') return { kind, userIds: ids };
  if (kind === 'device') return { kind, deviceIds: ids };
  if (kind === 'room') return { kind, roomId: ids[0] };
  return kind === 'zone' ? { kind, zoneId: ids[0] } : { kind };
}

/** Payloads to start from; what the live room shows. */
export const TEMPLATES = {
  barrage: { cmd: 'DANMU_MSG', name: 'operator', text: 'Hello, room!', color: '#ffb454' },
  notice: { cmd: 'GLOBAL_NOTICE', text: 'Planned maintenance tonight at 03:00. Your connection will move by itself.' },
  zoneNotice: { cmd: 'ZONE_NOTICE', zone: 'music', text: 'The night set starts in ten minutes' },
  pkInvite: { cmd: 'PK_INVITE', inviteId: 'invite-1', roomId: '1000', rival: 'Nova', answerMs: 20_000 },
  custom: { cmd: 'MY_MESSAGE' },
} as const;
export type TemplateName = keyof typeof TEMPLATES;

export const NEW_DRAFT: PushDraft = {
  kind: 'room',
  ids: '',
  lane: 'bulk',
  isAcked: false,
  ttlSeconds: '60',
  payload: JSON.stringify(TEMPLATES.barrage, null, 2),
  idempotencyKey: '',
  isTraced: true,
};
