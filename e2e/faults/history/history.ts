import { Sightings } from './sightings.ts';

export type PushTarget =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'device'; readonly deviceId: string }
  | { readonly kind: 'room'; readonly roomId: string };

/** What the API said: nothing it said at all (`unknown`) may or may not have been done. */
export type PushOutcome = 'accepted' | 'refused' | 'unknown';

/** Place of a room message in its room's order. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

/** One message of the business, by its number in the history. Times are ms since the history's beginning. */
export interface PushRecord {
  readonly target: PushTarget;
  readonly lane: 'express' | 'bulk';
  readonly askedAtMs: number;
  readonly ttlMs: number;
  outcome: PushOutcome;
  /** When the answer came; Infinity while there is none. */
  answeredAtMs: number;
  /** Of a room message: where the first client that saw it saw it stand. */
  position: Position | undefined;
}

/** A time in which a client was in: from the auth reply to the end of the connection. */
export interface Stay {
  readonly fromMs: number;
  untilMs: number;
  readonly nodeId: string;
}

export interface Membership {
  readonly roomId: string;
  /** The first join's reply; reconnects do not end it. */
  readonly fromMs: number;
  untilMs: number;
}

/** What a server told a client it could not give back: messages after `after` and up to `upTo`, or between two times. */
export interface Gap {
  readonly roomId: string;
  readonly after: Position | undefined;
  readonly upTo: Position | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One client over all its connections. */
export interface ClientRecord {
  readonly userId: string | undefined;
  readonly deviceId: string;
  readonly stays: Stay[];
  readonly memberships: Membership[];
  readonly gaps: Gap[];
  readonly seen: Sightings;
  /** Messages that name no push of this history. */
  strange: number;
}

/** A place differing from the one another client saw: the same message was numbered twice. */
export interface Renumbering {
  readonly push: number;
  readonly first: Position;
  readonly other: Position;
}

/** All that was asked of the system and all that its clients saw: written while it runs, judged afterwards. */
export class History {
  readonly pushes: PushRecord[] = [];
  readonly clients: ClientRecord[] = [];
  readonly renumberings: Renumbering[] = [];

  /** Returns the number of the push, which its payload is to carry. */
  addPush(push: Pick<PushRecord, 'target' | 'lane' | 'askedAtMs' | 'ttlMs'>): number {
    this.pushes.push({ ...push, outcome: 'unknown', answeredAtMs: Infinity, position: undefined });
    return this.pushes.length - 1;
  }

  answerPush(push: number, outcome: PushOutcome, atMs: number): void {
    const record = this.pushes[push];
    if (record === undefined) throw new Error(`there is no push ${push}`);
    record.outcome = outcome;
    record.answeredAtMs = atMs;
  }

  addClient(identity: Pick<ClientRecord, 'userId' | 'deviceId'>): ClientRecord {
    const { userId, deviceId } = identity;
    const client: ClientRecord = {
      userId,
      deviceId,
      stays: [],
      memberships: [],
      gaps: [],
      seen: new Sightings(),
      strange: 0,
    };
    this.clients.push(client);
    return client;
  }

  /** A message reached the application of a client, on its latest stay. */
  addSighting(client: ClientRecord, push: number, seen: { readonly atMs: number; readonly position?: Position }): void {
    const record = this.pushes[push];
    if (record === undefined) {
      client.strange += 1;
      return;
    }
    client.seen.add(push, seen.atMs, client.stays.length - 1);
    const { position } = seen;
    if (position === undefined) return;
    const first = record.position;
    if (first === undefined) record.position = position;
    else if (first.epoch !== position.epoch || first.seq !== position.seq) {
      this.renumberings.push({ push, first, other: position });
    }
  }
}

/** Negative when `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch === b.epoch ? a.seq - b.seq : a.epoch - b.epoch;
}
