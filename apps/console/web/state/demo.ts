import { signal } from '@preact/signals';
import { callBackend, wordsOf } from './page-backend.ts';
import { joined } from './room-state.ts';
import { practise, streamerFault } from './streamers.ts';

export type DemoName = 'pk-invite' | 'zone-notice' | 'global-notice' | 'burst';

/** Why the last button did nothing; null when it did. */
export const demoFault = signal<string | null>(null);

/** Asks the backend for one of its demonstrations. */
export async function runDemo(name: DemoName): Promise<void> {
  const roomId = joined.value?.roomId;
  try {
    if (name === 'pk-invite') await practise();
    else await callBackend(`/api/demo/${name}`, name === 'global-notice' ? {} : { roomId });
    demoFault.value = name === 'pk-invite' ? streamerFault.value : null;
  } catch (error) {
    // Nothing to fix here: the page says so and the button can be pressed again.
    demoFault.value = wordsOf(error);
  }
}
