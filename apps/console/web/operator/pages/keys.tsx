import type { KeyView } from '@longwire/domain';
import { useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { usePolled } from '../state/polled.ts';
import { session } from '../state/session.ts';
import { format, text } from '../text/text.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Card, Loaded } from '../ui/card.tsx';
import { DataTable } from '../ui/data-table.tsx';
import type { Column } from '../ui/data-table.tsx';
import { CreateKeyDialog } from './keys/create-key-dialog.tsx';
import { ShownOnceDialog } from './keys/shown-once-dialog.tsx';

/** Who may call the API. */
export function KeysPage() {
  const t = text.value.keys;
  const [isCreating, setCreating] = useState(false);
  /** A new key, until whoever made it has copied it. */
  const [made, setMade] = useState<string | undefined>();
  const [revoked, setRevoked] = useState<KeyView | undefined>();
  const polled = usePolled<{ readonly keys: readonly KeyView[] }>('service', '/v1/admin/keys', 5_000);
  const create = (
    <button type="button" class="button is-primary is-small" data-testid="new-key" onClick={() => setCreating(true)}>
      {t.create}
    </button>
  );
  return (
    <Card title={text.value.pages.keys} aside={create}>
      <Loaded polled={polled} tier="service" rows={4}>
        {({ keys }) => (
          <DataTable
            caption={text.value.pages.keys}
            rows={keys}
            columns={columns(setRevoked)}
            keyOf={({ keyId }) => keyId}
            initialSort={{ id: 'created', isDescending: true }}
            empty={t.empty}
            testId="keys"
          />
        )}
      </Loaded>
      {isCreating && <CreateKeyDialog onMade={setMade} onDone={polled.reload} onClose={() => setCreating(false)} />}
      {made !== undefined && <ShownOnceDialog apiKey={made} onClose={() => setMade(undefined)} />}
      {revoked !== undefined && (
        <RevokeDialog view={revoked} onDone={polled.reload} onClose={() => setRevoked(undefined)} />
      )}
    </Card>
  );
}

function columns(onRevoke: (key: KeyView) => void): readonly Column<KeyView>[] {
  const t = text.value.keys;
  return [
    { id: 'name', title: t.name, sortBy: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
    { id: 'id', title: t.id, sortBy: ({ keyId }) => keyId, cell: ({ keyId }) => <code>{keyId}</code> },
    {
      id: 'scopes',
      title: t.scopes,
      cell: ({ scopes }) => (
        <span class="chips">
          {scopes.map((scope) => (
            <span key={scope} class="chip is-plain">
              {scope}
            </span>
          ))}
        </span>
      ),
    },
    { id: 'zones', title: t.zones, cell: ({ zones }) => (zones === null ? t.allZones : zones.join(', ')) },
    {
      id: 'created',
      title: t.created,
      isNumeric: true,
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => format.value.moment(createdAt),
    },
    {
      id: 'actions',
      title: text.value.common.actions,
      isTitleHidden: true,
      cell: (key) => (
        <span class="row-actions">
          <button
            type="button"
            class="button is-small"
            aria-label={`${t.revoke} ${key.name}`}
            onClick={() => onRevoke(key)}
          >
            {t.revoke}
          </button>
        </span>
      ),
    },
  ];
}

interface RevokeDialogProps {
  readonly view: KeyView;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function RevokeDialog({ view, onDone, onClose }: RevokeDialogProps) {
  const t = text.value.keys;
  return (
    <ActionDialog
      title={t.revokeTitle(view.name)}
      confirm={t.revoke}
      tier="service"
      isDangerous
      run={() => ask('service', 'DELETE', `/v1/admin/keys/${encodeURIComponent(view.keyId)}`)}
      done={() => t.revoked(view.name)}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t.revokeBody}</p>
      {session.value?.keyId === view.keyId && (
        <p class="warning" role="alert">
          {t.ownKey}
        </p>
      )}
    </ActionDialog>
  );
}
