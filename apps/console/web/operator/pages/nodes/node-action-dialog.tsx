import type { NodeView } from '@longwire/domain';
import { MAX_NODE_WEIGHT } from '@longwire/domain';
import { useState } from 'preact/hooks';
import { ask } from '../../api/ask.ts';
import { noteDrain } from '../../state/drains.ts';
import { format, text } from '../../text/text.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { isLastOne } from './node-state.ts';

export type NodeAction = 'drain' | 'eject' | 'restore' | 'weight';

export interface NodeActionDialogProps {
  readonly node: NodeView;
  readonly action: NodeAction;
  readonly nodes: readonly NodeView[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What control answers to a decision: the node, or that it is not alive and the decision is kept for it. */
type Decision = NodeView | { readonly nodeId: string; readonly isAlive: false };

const pathOf = (nodeId: string, action: NodeAction): string =>
  `/v1/admin/nodes/${encodeURIComponent(nodeId)}/${action}`;

/** Asks before an operator's decision about a node is made. */
export function NodeActionDialog(props: NodeActionDialogProps) {
  return props.action === 'weight' ? <WeightDialog {...props} /> : <StateDialog {...props} action={props.action} />;
}

function StateDialog({
  node,
  action,
  nodes,
  onDone,
  onClose,
}: NodeActionDialogProps & { action: 'drain' | 'eject' | 'restore' }) {
  const t = text.value.nodes;
  const { nodeId } = node;
  const count = format.value.whole(node.load.connections);
  const words = {
    drain: { title: t.drainTitle(nodeId), body: t.drainBody(count), verb: t.drain, done: t.drainDone(nodeId, count) },
    eject: { title: t.ejectTitle(nodeId), body: t.ejectBody(count), verb: t.eject, done: t.ejectDone(nodeId) },
    restore: { title: `${t.restore} ${nodeId}?`, body: '', verb: t.restore, done: t.restoreDone(nodeId) },
  }[action];
  return (
    <ActionDialog<Decision>
      title={words.title}
      confirm={words.verb}
      tier="control"
      isDangerous={action !== 'restore'}
      run={() => ask('control', 'POST', pathOf(nodeId, action))}
      done={(decision) => ('isAlive' in decision ? t.noted(nodeId) : words.done)}
      onDone={(decision) => {
        if (action === 'drain' && !('isAlive' in decision)) noteDrain(node);
        onDone();
      }}
      onClose={onClose}
    >
      {words.body !== '' && <p>{words.body}</p>}
      {action !== 'restore' && isLastOne(node, nodes) && (
        <p class="warning" role="alert">
          {t.lastNode}
        </p>
      )}
    </ActionDialog>
  );
}

function WeightDialog({ node, onDone, onClose }: NodeActionDialogProps) {
  const t = text.value.nodes;
  const { nodeId } = node;
  const [value, setValue] = useState(String(node.weight));
  const weight = Number(value);
  const isValid = value.trim() !== '' && weight >= 0 && weight <= MAX_NODE_WEIGHT;
  return (
    <ActionDialog<Decision>
      title={t.weightTitle(nodeId)}
      confirm={t.save}
      tier="control"
      canConfirm={isValid}
      run={() => ask('control', 'PUT', pathOf(nodeId, 'weight'), { body: JSON.stringify({ weight }) })}
      done={(decision) => ('isAlive' in decision ? t.noted(nodeId) : t.weightDone(nodeId, value))}
      onDone={onDone}
      onClose={onClose}
    >
      <Field label={t.weight} hint={t.weightHint} fault={isValid ? '' : t.weightFault}>
        {(control) => (
          <input
            {...control}
            class="input"
            inputMode="decimal"
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        )}
      </Field>
    </ActionDialog>
  );
}
