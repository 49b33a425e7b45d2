import type { Overview } from '../../api/answers.ts';
import { format, text } from '../../text/text.ts';
import { Card } from '../../ui/card.tsx';

const LANES = ['bulk', 'express'] as const;

/** How long messages take by lane, and how many processes each tier has. */
export function LatencyCard({ overview }: { readonly overview: Overview }) {
  const t = text.value.overview;
  const { duration, whole } = format.value;
  return (
    <Card title={t.latency} aside={<span class="quiet">{t.latencyNote}</span>}>
      <table class="table is-plain">
        <caption class="unseen">{t.latencyNote}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col" class="is-numeric">
              {t.p50}
            </th>
            <th scope="col" class="is-numeric">
              {t.p99}
            </th>
          </tr>
        </thead>
        <tbody>
          {LANES.map((lane) => (
            <tr key={lane}>
              <th scope="row">{t[lane]}</th>
              <td class="is-numeric is-strong">{duration(overview.latencyMs[lane]?.p50)}</td>
              <td class="is-numeric is-strong">{duration(overview.latencyMs[lane]?.p99)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 class="card-part">{t.processes}</h3>
      <dl class="tiers">
        {Object.entries(overview.tiers).map(([tier, { processes }]) => (
          <div key={tier} class="tier">
            <dt>{tier}</dt>
            <dd>{whole(processes)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
