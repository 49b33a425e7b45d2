import type { ListedRoom } from '@longwire/domain';
import { useState } from 'preact/hooks';
import { usePolled } from '../state/polled.ts';
import { goTo, hashOf, route } from '../state/route.ts';
import { format, text } from '../text/text.ts';
import { Card, Empty, Loaded } from '../ui/card.tsx';
import { DataTable } from '../ui/data-table.tsx';
import type { Column } from '../ui/data-table.tsx';
import { LookUp } from '../ui/look-up.tsx';
import { Segments } from '../ui/segments.tsx';
import { RoomCard } from './rooms/room-card.tsx';

type Order = 'online' | 'rate';

/** The busiest rooms, and one of them in detail. */
export function RoomsPage() {
  const t = text.value.rooms;
  const [order, setOrder] = useState<Order>('online');
  const polled = usePolled<{ readonly rooms: readonly ListedRoom[] }>(
    'service',
    `/v1/admin/rooms?sort=${order}&limit=100`,
    2_000,
  );
  const { id } = route.value;
  const orders = [
    { value: 'online', label: t.byOnline },
    { value: 'rate', label: t.byRate },
  ] as const;
  return (
    <div class="split">
      <Card
        title={text.value.pages.rooms}
        aside={<Segments label={t.order} options={orders} value={order} onChange={setOrder} />}
      >
        <Loaded polled={polled} tier="service" rows={8}>
          {({ rooms }) => (
            <DataTable
              key={order}
              caption={text.value.pages.rooms}
              rows={rooms}
              columns={columns()}
              keyOf={({ roomId }) => roomId}
              initialSort={{ id: order, isDescending: true }}
              empty={t.empty}
              pageSize={20}
              isCurrent={({ roomId }) => roomId === id}
              testId="rooms"
            />
          )}
        </Loaded>
      </Card>
      <div class="split-side">
        <section class="card">
          <LookUp label={t.lookUp} initial={id} onLookUp={(roomId) => goTo('rooms', roomId)} testId="room-id" />
        </section>
        {id === '' ? (
          <section class="card">
            <Empty>{t.pick}</Empty>
          </section>
        ) : (
          <RoomCard key={id} roomId={id} />
        )}
      </div>
    </div>
  );
}

function columns(): readonly Column<ListedRoom>[] {
  const t = text.value.rooms;
  const { whole, short } = format.value;
  return [
    {
      id: 'room',
      title: t.room,
      sortBy: ({ roomId }) => roomId,
      cell: ({ roomId }) => (
        <a href={hashOf('rooms', roomId)}>
          <code>{roomId}</code>
        </a>
      ),
    },
    {
      id: 'zone',
      title: t.zone,
      sortBy: ({ zoneId }) => zoneId,
      cell: ({ zoneId }) => zoneId ?? <span class="quiet">–</span>,
    },
    {
      id: 'online',
      title: t.online,
      isNumeric: true,
      sortBy: ({ online }) => online,
      cell: ({ online }) => whole(online),
    },
    {
      id: 'rate',
      title: t.rate,
      isNumeric: true,
      sortBy: ({ messagesPerSec }) => messagesPerSec,
      cell: ({ messagesPerSec }) => short(messagesPerSec),
    },
  ];
}
