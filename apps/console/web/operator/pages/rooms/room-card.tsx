import type { RoomDetail } from '@longwire/domain';
import { usePolled } from '../../state/polled.ts';
import { hashOf } from '../../state/route.ts';
import { DASH } from '../../text/format.ts';
import { format, text } from '../../text/text.ts';
import { Card, Loaded } from '../../ui/card.tsx';
import { Pairs } from '../../ui/pairs.tsx';
import { ShedFigures } from '../../ui/shed-figures.tsx';
import { Stat } from '../../ui/stat.tsx';

/** One room: how many are in it, and how its messages are batched. */
export function RoomCard({ roomId }: { readonly roomId: string }) {
  const t = text.value.rooms;
  const polled = usePolled<RoomDetail>('service', `/v1/admin/rooms/${encodeURIComponent(roomId)}`, 1_000);
  const push = (
    <a class="button is-small" href={hashOf('push', '', { kind: 'room', ids: roomId })}>
      {t.push}
    </a>
  );
  return (
    <Card title={t.detail(roomId)} aside={push} testId="room-card">
      <Loaded polled={polled} tier="service" rows={6}>
        {(room) => <RoomFigures room={room} />}
      </Loaded>
    </Card>
  );
}

function RoomFigures({ room }: { readonly room: RoomDetail }) {
  const t = text.value.rooms;
  const { whole, short, duration } = format.value;
  const where = [
    [t.zone, room.zoneId ?? t.noZone],
    [t.partition, String(room.partition)],
    [t.owner, room.owner ?? t.noOwner],
    [t.epoch, room.epoch === null ? DASH : String(room.epoch)],
    [t.seq, room.seq === null ? DASH : whole(room.seq)],
  ] as const;
  return (
    <>
      <dl class="stats">
        <Stat label={t.online} value={whole(room.online)} testId="room-online" />
        <Stat label={t.rate} value={short(room.messagesPerSec)} />
        <Stat label={t.window} value={duration(room.windowMs)} />
        <Stat label={t.batch} value={short(room.batchMessages)} />
        <Stat label={t.batches} value={short(room.batchesPerSec)} />
        <Stat label={t.history} value={whole(room.historyMessages)} note={t.historyNote} />
      </dl>
      <Pairs rows={where.map(([label, value]) => [label, <code key={label}>{value}</code>])} />
      <ShedFigures title={t.shed} none={t.shedNone} shed={room.shed} show={whole} />
    </>
  );
}
