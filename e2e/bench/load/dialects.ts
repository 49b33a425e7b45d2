import type { Dialect } from './dialect.ts';
import { Ledger } from './ledger.ts';
import { createLongwireDialect, decodeLongwire } from './longwire-dialect.ts';
import { createNatsDialect, decodeNats } from './nats-dialect.ts';
import type { AudienceSpec } from './orders.ts';
import { createPlainDialect, decodePlain } from './plain-dialect.ts';
import { createSocketIoDialect, decodeSocketIo } from './socket-io-dialect.ts';

const DECODERS = {
  'longwire-ws': decodeLongwire,
  'longwire-tcp': decodeLongwire,
  'socket-io': decodeSocketIo,
  nats: decodeNats,
  plain: decodePlain,
} as const;

/** How an audience speaks, and where what it receives is counted. `authOf` is what a Longwire client says first. */
export function createAudienceDialect(
  spec: AudienceSpec,
  authOf: (index: number) => Uint8Array,
): { readonly dialect: Dialect; readonly ledger: Ledger } {
  const ledger = new Ledger(DECODERS[spec.dialect], spec.isProbe ?? false);
  return { dialect: dialectFor(spec, ledger, authOf), ledger };
}

function dialectFor(spec: AudienceSpec, sink: Ledger, authOf: (index: number) => Uint8Array): Dialect {
  const roomOf = (index: number): string => roomName(spec, index);
  switch (spec.dialect) {
    case 'longwire-ws':
      return createLongwireDialect({ over: 'ws', authOf, sink });
    case 'longwire-tcp':
      return createLongwireDialect({ over: 'tcp', authOf, sink });
    case 'socket-io':
      return createSocketIoDialect(sink, roomOf);
    case 'nats':
      return createNatsDialect(sink, roomOf);
    case 'plain':
      return createPlainDialect(sink);
  }
}

/** The room of one connection: round robin. */
export function roomName(spec: Pick<AudienceSpec, 'rooms'>, index: number): string {
  return `${spec.rooms.prefix}${index % spec.rooms.count}`;
}
