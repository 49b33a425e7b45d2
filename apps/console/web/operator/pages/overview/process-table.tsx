import { useState } from 'preact/hooks';
import type { Overview, ProcessView } from '../../api/answers.ts';
import { matches } from '../../state/table-view.ts';
import { format, text } from '../../text/text.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Meter } from '../../ui/meter.tsx';
import { SearchField } from '../../ui/search-field.tsx';

const PAGE_SIZE = 10;

/** Every process with what it costs. */
export function ProcessTable({ overview }: { readonly overview: Overview }) {
  const t = text.value.overview;
  const [query, setQuery] = useState('');
  const rows = overview.processes.filter(({ name, tier }) => matches([name, tier], query));
  return (
    <Card title={t.processes} aside={<SearchField label={text.value.common.filter} value={query} onInput={setQuery} />}>
      <DataTable
        caption={t.processes}
        rows={rows}
        columns={columns()}
        keyOf={({ name }) => name}
        initialSort={{ id: 'cpu', isDescending: true }}
        empty={t.noProcesses}
        pageSize={PAGE_SIZE}
        testId="processes"
      />
    </Card>
  );
}

function columns(): readonly Column<ProcessView>[] {
  const t = text.value.overview;
  const { bytes, duration, short } = format.value;
  return [
    { id: 'name', title: t.process, cell: ({ name }) => <code>{name}</code>, sortBy: ({ name }) => name },
    { id: 'tier', title: t.tier, cell: ({ tier }) => tier, sortBy: ({ tier }) => tier },
    {
      id: 'cpu',
      title: t.cpu,
      isNumeric: true,
      sortBy: ({ cpu }) => cpu,
      cell: ({ name, cpu }) => (
        <span class="with-meter">
          <Meter label={`${t.cpu} ${name}`} ratio={cpu} />
          <span>
            {short(cpu)} <span class="quiet">{t.cores}</span>
          </span>
        </span>
      ),
    },
    {
      id: 'memory',
      title: t.memory,
      isNumeric: true,
      sortBy: ({ memoryBytes }) => memoryBytes,
      cell: ({ memoryBytes }) => bytes(memoryBytes),
    },
    {
      id: 'loopDelay',
      title: t.loopDelay,
      isNumeric: true,
      sortBy: ({ loopDelayMs }) => loopDelayMs,
      cell: ({ loopDelayMs }) => duration(loopDelayMs),
    },
  ];
}
