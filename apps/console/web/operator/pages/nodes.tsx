import { SHOWN_NODE_STATES, shownStateOf } from '@longwire/domain';
import type { NodeView } from '@longwire/domain';
import { useEffect, useState } from 'preact/hooks';
import type { Nodes } from '../api/answers.ts';
import { drains, nextDrains } from '../state/drains.ts';
import { usePolled } from '../state/polled.ts';
import { matches } from '../state/table-view.ts';
import { format, text } from '../text/text.ts';
import { Loaded } from '../ui/card.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { NodeActionDialog } from './nodes/node-action-dialog.tsx';
import type { NodeAction } from './nodes/node-action-dialog.tsx';
import { nodeColumns } from './nodes/node-columns.tsx';

interface Filter {
  readonly query: string;
  readonly state: string;
  readonly region: string;
}

const NO_FILTER: Filter = { query: '', state: '', region: '' };

/** Every access node, and what an operator can decide about it. */
export function NodesPage() {
  const [filter, setFilter] = useState(NO_FILTER);
  const [asked, setAsked] = useState<{ readonly node: NodeView; readonly action: NodeAction } | undefined>();
  const polled = usePolled<Nodes>('control', '/v1/admin/nodes', 1_000);
  const nodes = polled.data?.nodes;
  useEffect(() => {
    if (nodes !== undefined) drains.value = nextDrains(drains.peek(), nodes);
  }, [nodes]);

  return (
    <>
      <Loaded polled={polled} tier="control" rows={8}>
        {(data) => (
          <section class="card">
            <Filters nodes={data.nodes} filter={filter} onFilter={setFilter} />
            <NodeTable nodes={data.nodes} filter={filter} onClear={() => setFilter(NO_FILTER)} onAsk={setAsked} />
          </section>
        )}
      </Loaded>
      {asked !== undefined && nodes !== undefined && (
        <NodeActionDialog
          node={asked.node}
          action={asked.action}
          nodes={nodes}
          onDone={polled.reload}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

const isShown = (node: NodeView, { query, state, region }: Filter): boolean =>
  (state === '' || shownStateOf(node) === state) &&
  (region === '' || node.region === region) &&
  matches([node.nodeId, node.region, node.site, node.version], query);

interface NodeTableProps {
  readonly nodes: readonly NodeView[];
  readonly filter: Filter;
  readonly onClear: () => void;
  readonly onAsk: (asked: { readonly node: NodeView; readonly action: NodeAction }) => void;
}

function NodeTable({ nodes, filter, onClear, onAsk }: NodeTableProps) {
  const t = text.value.nodes;
  const rows = nodes.filter((node) => isShown(node, filter));
  const empty =
    nodes.length === 0 ? (
      t.empty
    ) : (
      <>
        <span>{t.noMatch}</span>
        <button type="button" class="button is-small" onClick={onClear}>
          {t.clear}
        </button>
      </>
    );
  return (
    <DataTable
      caption={text.value.pages.nodes}
      rows={rows}
      columns={nodeColumns({
        hasQuality: nodes.some(({ linkQuality }) => linkQuality !== null),
        onAction: (node, action) => onAsk({ node, action }),
      })}
      keyOf={({ nodeId }) => nodeId}
      initialSort={{ id: 'node' }}
      empty={empty}
      testId="nodes"
    />
  );
}

interface FiltersProps {
  readonly nodes: readonly NodeView[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

function Filters({ nodes, filter, onFilter }: FiltersProps) {
  const t = text.value.nodes;
  const { whole } = format.value;
  const regions = [...new Set(nodes.map(({ region }) => region))].toSorted();
  const shown = nodes.filter((node) => isShown(node, filter)).length;
  return (
    <div class="toolbar">
      <SearchField label={t.search} value={filter.query} onInput={(query) => onFilter({ ...filter, query })} />
      <select
        class="input is-select"
        aria-label={t.state}
        value={filter.state}
        onChange={(event) => onFilter({ ...filter, state: event.currentTarget.value })}
      >
        <option value="">{t.anyState}</option>
        {SHOWN_NODE_STATES.map((state) => (
          <option key={state} value={state}>
            {t.states[state]}
          </option>
        ))}
      </select>
      <select
        class="input is-select"
        aria-label={t.region}
        value={filter.region}
        onChange={(event) => onFilter({ ...filter, region: event.currentTarget.value })}
      >
        <option value="">{t.anyRegion}</option>
        {regions.map((region) => (
          <option key={region} value={region}>
            {region}
          </option>
        ))}
      </select>
      <span class="quiet toolbar-count" role="status">
        {t.count(whole(shown), whole(nodes.length))}
      </span>
    </div>
  );
}
