import type { PresenceView } from '@longwire/domain';
import { useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { usePolled } from '../state/polled.ts';
import { goTo, hashOf, route } from '../state/route.ts';
import { format, text } from '../text/text.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Card, Empty, Loaded } from '../ui/card.tsx';
import { DataTable } from '../ui/data-table.tsx';
import type { Column } from '../ui/data-table.tsx';
import { Field } from '../ui/field.tsx';
import { LookUp } from '../ui/look-up.tsx';
import { RoomChips } from '../ui/room-chips.tsx';

type PresenceConnection = PresenceView['connections'][number];

/** Where a user is, and the way to send them away. */
export function UsersPage() {
  const t = text.value.users;
  const { id } = route.value;
  return (
    <>
      <section class="card">
        <LookUp label={t.lookUp} initial={id} onLookUp={(userId) => goTo('users', userId)} testId="user-id" />
      </section>
      {id === '' ? (
        <section class="card">
          <Empty>{t.pick}</Empty>
        </section>
      ) : (
        <UserCard key={id} userId={id} />
      )}
    </>
  );
}

function UserCard({ userId }: { readonly userId: string }) {
  const t = text.value.users;
  const [isKicking, setKicking] = useState(false);
  const polled = usePolled<PresenceView>('service', `/v1/users/${encodeURIComponent(userId)}/presence`, 2_000);
  const connections = polled.data?.connections ?? [];
  const aside = (
    <>
      <a class="button is-small" href={hashOf('push', '', { kind: 'user', ids: userId })}>
        {t.push}
      </a>
      <button
        type="button"
        class="button is-small is-danger"
        disabled={connections.length === 0}
        data-testid="kick"
        onClick={() => setKicking(true)}
      >
        {t.kick}
      </button>
    </>
  );
  return (
    <Card title={userId} aside={aside} testId="user-card">
      <Loaded polled={polled} tier="service">
        {(presence) => <PresenceView userId={userId} presence={presence} />}
      </Loaded>
      {isKicking && (
        <KickDialog
          userId={userId}
          count={connections.length}
          onDone={polled.reload}
          onClose={() => setKicking(false)}
        />
      )}
    </Card>
  );
}

function PresenceView({ userId, presence }: { readonly userId: string; readonly presence: PresenceView }) {
  const t = text.value.users;
  const { online, connections } = presence;
  return (
    <>
      <p class="chips" data-testid="presence" data-online={online}>
        <Badge tone={online ? 'good' : 'quiet'}>{online ? t.online : t.offline}</Badge>
        {online && <span class="quiet">{t.connections(format.value.whole(connections.length))}</span>}
      </p>
      {online ? (
        <DataTable
          caption={t.connections(String(connections.length))}
          rows={connections}
          columns={columns()}
          keyOf={({ connectionId }) => connectionId}
          initialSort={{ id: 'node' }}
          empty={t.offlineBody(userId)}
          testId="connections"
        />
      ) : (
        <Empty>{t.offlineBody(userId)}</Empty>
      )}
    </>
  );
}

function columns(): readonly Column<PresenceConnection>[] {
  const t = text.value.users;
  return [
    {
      id: 'device',
      title: t.device,
      sortBy: ({ deviceId }) => deviceId,
      cell: ({ deviceId }) => <code>{deviceId}</code>,
    },
    { id: 'node', title: t.node, sortBy: ({ nodeId }) => nodeId, cell: ({ nodeId }) => <code>{nodeId}</code> },
    {
      id: 'rooms',
      title: t.rooms,
      cell: ({ rooms }) => (rooms.length === 0 ? <span class="quiet">{t.noRooms}</span> : <RoomChips rooms={rooms} />),
    },
    { id: 'connection', title: t.connection, cell: ({ connectionId }) => <code class="quiet">{connectionId}</code> },
  ];
}

interface KickDialogProps {
  readonly userId: string;
  readonly count: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function KickDialog({ userId, count, onDone, onClose }: KickDialogProps) {
  const t = text.value.users;
  const { whole } = format.value;
  const [reason, setReason] = useState('');
  const body = JSON.stringify(reason.trim() === '' ? {} : { reason: reason.trim() });
  return (
    <ActionDialog<{ readonly connections: number }>
      title={t.kickTitle(userId)}
      confirm={t.kick}
      tier="service"
      isDangerous
      run={() => ask('service', 'POST', `/v1/users/${encodeURIComponent(userId)}/kick`, { body })}
      done={({ connections }) => t.kicked(userId, whole(connections))}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t.kickBody(whole(count))}</p>
      <Field label={t.reason}>
        {(control) => (
          <input
            {...control}
            class="input"
            value={reason}
            maxLength={200}
            placeholder={t.reasonDefault}
            data-testid="kick-reason"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Field>
    </ActionDialog>
  );
}
