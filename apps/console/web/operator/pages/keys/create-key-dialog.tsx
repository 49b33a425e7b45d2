import type { KeyView } from '@longwire/domain';
import { SCOPES } from '@longwire/domain';
import { useState } from 'preact/hooks';
import { ask } from '../../api/ask.ts';
import { idsIn } from '../../state/push-draft.ts';
import { text } from '../../text/text.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Field } from '../../ui/field.tsx';

type Created = KeyView & { readonly apiKey: string };

export interface CreateKeyDialogProps {
  readonly onMade: (apiKey: string) => void;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks for the name and scopes of a new key. */
export function CreateKeyDialog({ onMade, onDone, onClose }: CreateKeyDialogProps) {
  const t = text.value.keys;
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly string[]>(['read']);
  const [zones, setZones] = useState('');
  const limited = idsIn(zones);
  const body = { name: name.trim(), scopes, ...(limited.length === 0 ? {} : { zones: limited }) };
  return (
    <ActionDialog<Created>
      title={t.createTitle}
      confirm={t.createSubmit}
      tier="service"
      canConfirm={body.name !== '' && scopes.length > 0}
      run={() => ask('service', 'POST', '/v1/admin/keys', { body: JSON.stringify(body) })}
      done={(created) => `${t.createTitle}: ${created.name}`}
      onDone={(created) => {
        onMade(created.apiKey);
        onDone();
      }}
      onClose={onClose}
    >
      <Field label={t.name} hint={t.nameFault}>
        {(control) => (
          <input
            {...control}
            class="input"
            value={name}
            maxLength={100}
            autocomplete="off"
            data-testid="key-name"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Scopes chosen={scopes} onChosen={setScopes} />
      <Field label={t.zones} hint={t.zonesHint}>
        {(control) => (
          <input
            {...control}
            class="input is-code"
            value={zones}
            autocomplete="off"
            onInput={(event) => setZones(event.currentTarget.value)}
          />
        )}
      </Field>
    </ActionDialog>
  );
}

interface ScopesProps {
  readonly chosen: readonly string[];
  readonly onChosen: (scopes: readonly string[]) => void;
}

function Scopes({ chosen, onChosen }: ScopesProps) {
  const t = text.value.keys;
  return (
    <fieldset class="scopes">
      <legend>{t.scopes}</legend>
      {SCOPES.map((scope) => (
        <label key={scope} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={() =>
              onChosen(chosen.includes(scope) ? chosen.filter((other) => other !== scope) : [...chosen, scope])
            }
          />
          <span>
            <code>{scope}</code> <span class="quiet">{t.about[scope]}</span>
          </span>
        </label>
      ))}
      {chosen.length === 0 && <p class="field-fault">{t.scopesFault}</p>}
    </fieldset>
  );
}
