import { shownStateOf } from '@longwire/domain';
import type { NodeView } from '@longwire/domain';
import { drains, progressOf } from '../../state/drains.ts';
import { DASH } from '../../text/format.ts';
import { format, text } from '../../text/text.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Meter } from '../../ui/meter.tsx';
import type { NodeAction } from './node-action-dialog.tsx';
import { TONES } from './node-state.ts';

export interface NodeColumnsOptions {
  readonly hasQuality: boolean;
  readonly onAction: (node: NodeView, action: NodeAction) => void;
}

export function nodeColumns({ hasQuality, onAction }: NodeColumnsOptions): readonly Column<NodeView>[] {
  const t = text.value.nodes;
  const { percent, duration, short } = format.value;
  const quality: Column<NodeView> = {
    id: 'quality',
    title: t.quality,
    isNumeric: true,
    sortBy: ({ linkQuality }) => linkQuality?.rttMs,
    cell: (node) => <Quality node={node} />,
  };
  return [
    { id: 'node', title: t.node, sortBy: ({ nodeId }) => nodeId, cell: (node) => <Name node={node} /> },
    { id: 'state', title: t.state, sortBy: shownStateOf, cell: (node) => <State node={node} /> },
    {
      id: 'connections',
      title: t.connections,
      isNumeric: true,
      sortBy: ({ load }) => load.connections,
      cell: (node) => <Connections node={node} />,
    },
    {
      id: 'cpu',
      title: t.cpu,
      isNumeric: true,
      sortBy: ({ load }) => load.cpuRatio,
      cell: ({ load }) => percent(load.cpuRatio),
    },
    {
      id: 'loopDelay',
      title: t.loopDelay,
      isNumeric: true,
      sortBy: ({ load }) => load.loopDelayMs,
      cell: ({ load }) => duration(load.loopDelayMs),
    },
    ...(hasQuality ? [quality] : []),
    {
      id: 'weight',
      title: t.weight,
      isNumeric: true,
      sortBy: ({ weight }) => weight,
      cell: ({ weight }) => short(weight),
    },
    { id: 'version', title: t.version, sortBy: ({ version }) => version, cell: ({ version }) => version },
    {
      id: 'actions',
      title: text.value.common.actions,
      isTitleHidden: true,
      cell: (node) => <Actions node={node} onAction={onAction} />,
    },
  ];
}

function Name({ node }: { readonly node: NodeView }) {
  return (
    <span class="stacked">
      <code>{node.nodeId}</code>
      <span class="quiet">{[node.region, node.site].filter((part) => part !== '').join(' / ')}</span>
    </span>
  );
}

function State({ node }: { readonly node: NodeView }) {
  const state = shownStateOf(node);
  return (
    <span data-testid={`state-${node.nodeId}`} data-state={state}>
      <Badge tone={TONES[state]}>{text.value.nodes.states[state]}</Badge>
    </span>
  );
}

/** How full the node is, or how empty it has become. */
function Connections({ node }: { readonly node: NodeView }) {
  const t = text.value.nodes;
  const { whole, percent } = format.value;
  const { connections, capacity } = node.load;
  const progress = progressOf(node, drains.value);
  if (progress === undefined) {
    return (
      <span class="with-meter is-wide">
        <Meter label={`${t.load} ${node.nodeId}`} ratio={capacity > 0 ? connections / capacity : 0} />
        <span title={t.of(whole(connections), whole(capacity))}>{whole(connections)}</span>
      </span>
    );
  }
  const said = progress.left === 0 ? t.drained : t.left(whole(progress.left), percent(progress.ratio));
  return (
    <span class="with-meter is-wide is-stacked" data-testid={`drain-progress-${node.nodeId}`}>
      <Meter label={t.progress(node.nodeId)} ratio={progress.ratio} tone="drain" text={said} />
      <span class="quiet">{said}</span>
    </span>
  );
}

function Quality({ node: { linkQuality } }: { readonly node: NodeView }) {
  const t = text.value.nodes;
  const { duration, percent, short } = format.value;
  if (linkQuality === null) return <>{DASH}</>;
  const { rttMs, badRatio, reports, connectMs } = linkQuality;
  return (
    <span class="stacked is-end" title={t.qualityRests(short(reports), duration(connectMs))}>
      <span>{duration(rttMs)}</span>
      <span class="quiet">{t.bad(percent(badRatio))}</span>
    </span>
  );
}

function Actions({ node, onAction }: { readonly node: NodeView; readonly onAction: NodeColumnsOptions['onAction'] }) {
  const t = text.value.nodes;
  const labels = { drain: t.drain, eject: t.eject, restore: t.restore, weight: t.change };
  const offered: readonly NodeAction[] =
    node.state === 'active'
      ? ['drain', 'eject', 'weight']
      : node.state === 'draining'
        ? ['restore', 'eject']
        : ['restore', 'drain'];
  return (
    <span class="row-actions">
      {offered.map((action) => (
        <button
          key={action}
          type="button"
          class="button is-small"
          aria-label={`${labels[action]} ${node.nodeId}`}
          data-testid={`${action}-${node.nodeId}`}
          onClick={() => onAction(node, action)}
        >
          {labels[action]}
        </button>
      ))}
    </span>
  );
}
