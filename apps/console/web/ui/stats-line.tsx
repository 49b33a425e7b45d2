import { traffic } from '../state/room-state.ts';
import { language } from '../shared/language.ts';
import { text } from '../text/text.ts';

/** What aggregation does, in numbers: many messages in few frames, few bytes each. */
export function StatsLine() {
  const t = text.value;
  const { frames, messages, sizeBytes, encoding } = traffic.value;
  const show = (value: number, digits = 0): string =>
    value.toLocaleString(language.value, { maximumFractionDigits: digits });
  const cells = [
    { label: t.frames(frames), value: show(frames) },
    { label: t.messages(messages), value: show(messages) },
    { label: t.perFrame(messages / frames), value: frames === 0 ? '–' : show(messages / frames, 1) },
    { label: t.perMessage, value: messages === 0 ? '–' : show(sizeBytes / messages) },
    { label: t.encoding, value: encoding ?? '–' },
  ];
  return (
    <dl class="stats" data-testid="stats" data-frames={frames} data-messages={messages}>
      {cells.map(({ label, value }) => (
        <div key={label}>
          <dd>{value}</dd>
          <dt>{label}</dt>
        </div>
      ))}
    </dl>
  );
}
