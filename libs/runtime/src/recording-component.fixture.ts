import type { Component } from './component.ts';
import { defineComponent } from './component.ts';

export interface RecordingOptions {
  readonly failsOn?: 'start' | 'drain' | 'stop';
  readonly hangsOn?: 'drain' | 'stop';
}

/** A part for tests that writes down what happens to it: `start a`, `stop a`. */
export function recordingComponent(name: string, journal: string[], options: RecordingOptions = {}): Component {
  const step = (what: 'start' | 'drain' | 'stop') => async () => {
    journal.push(`${what} ${name}`);
    if (options.failsOn === what) throw new Error(`${name} broke`);
    if (options.hangsOn === what) await new Promise(() => {});
  };
  return defineComponent({ name, start: step('start'), drain: step('drain'), stop: step('stop') });
}
