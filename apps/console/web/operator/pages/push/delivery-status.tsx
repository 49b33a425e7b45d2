import type { MessageReport } from '@longwire/domain';
import { useState } from 'preact/hooks';
import { usePolled } from '../../state/polled.ts';
import { format, text } from '../../text/text.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { Loaded } from '../../ui/card.tsx';
import { Meter } from '../../ui/meter.tsx';

const TONES: Readonly<Record<MessageReport['status'], Tone>> = { pending: 'info', delivered: 'good', expired: 'bad' };

/** How far an acked message has come, asked again until it is settled. */
export function DeliveryStatus({ messageId }: { readonly messageId: string }) {
  const t = text.value.push;
  const { whole } = format.value;
  const [isSettled, setSettled] = useState(false);
  const path = `/v1/messages/${encodeURIComponent(messageId)}`;
  const polled = usePolled<MessageReport>('service', path, isSettled ? 0 : 1_000);
  const status = polled.data?.status;
  if (!isSettled && status !== undefined && status !== 'pending') setSettled(true);
  return (
    <Loaded polled={polled} tier="service" rows={1}>
      {({ status: word, targets, acked, attempts }) => (
        <div class="delivery" data-testid="delivery-status" data-status={word}>
          <p class="chips" role="status">
            <Badge tone={TONES[word]}>{t.statuses[word]}</Badge>
            <span>
              {t.acked} <b>{whole(acked)}</b> / {whole(targets)}
            </span>
            <span class="quiet">
              {t.attempts} {whole(attempts)}
            </span>
          </p>
          <Meter label={t.acked} ratio={targets === 0 ? 0 : acked / targets} tone="drain" />
        </div>
      )}
    </Loaded>
  );
}
