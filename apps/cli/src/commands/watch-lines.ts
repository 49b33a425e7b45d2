import { timeOfDay } from '../output/numbers.ts';
import type { Run } from '../run.ts';
import { messageText } from './message-text.ts';
import type { WatchChange, WatchView } from './watch-view.ts';

/** One line a message: for pipes and files, and with --json for scripts. */
export function createLineView(run: Run): WatchView {
  return {
    onMessage: (message) =>
      run.say({ type: 'message', at: Date.now(), ...message }, () => {
        const { cmd, text } = messageText(message);
        return `${timeOfDay(Date.now())}  ${cmd}  ${text}`;
      }),
    onChange: (change) =>
      run.isJson ? run.say({ ...change, at: Date.now() }, String) : run.note(`(${changeText(change)})`),
    close: () => undefined,
  };
}

/** A change in words. */
export function changeText(change: WatchChange): string {
  switch (change.type) {
    case 'state':
      return stateText(change.state);
    case 'online':
      return `${change.online} online`;
    case 'gap':
      return `${change.missed ?? 'some'} messages are missing`;
    case 'fault':
      return `${change.kind}: ${change.detail}`;
  }
}

/** What the connection is doing, in words. */
export function stateText(state: Extract<WatchChange, { type: 'state' }>['state']): string {
  if (state.kind === 'live') return `live on ${state.nodeId}`;
  return 'reason' in state && state.reason !== '' ? `${state.kind}: ${state.reason}` : state.kind;
}
