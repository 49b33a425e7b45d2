import { signal } from '@preact/signals';
import { joined, viewer } from './room-store.ts';

export type DemoName = 'pk-invite' | 'zone-notice' | 'global-notice' | 'burst';

/** Why the last button did nothing; null when it did. */
export const demoFault = signal<string | null>(null);

/** Asks the backend for one of its demonstrations. */
export async function runDemo(name: DemoName): Promise<void> {
  const roomId = joined.value?.roomId;
  const bodies = {
    'pk-invite': { roomId, userId: viewer.userId },
    'zone-notice': { roomId },
    'global-notice': {},
    burst: { roomId },
  };
  try {
    const response = await fetch(`/api/demo/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodies[name]),
    });
    if (response.ok) demoFault.value = null;
    else demoFault.value = ((await response.json()) as { detail?: string }).detail ?? `refused (${response.status})`;
  } catch {
    // Nothing to fix here: the page says so and the button can be pressed again.
    demoFault.value = 'the backend does not answer';
  }
}
