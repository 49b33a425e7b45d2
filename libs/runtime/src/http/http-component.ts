import type { Component } from '../component.ts';
import { defineComponent } from '../component.ts';
import type { HttpServer } from './http-server.ts';
import type { Listening, ListenOptions } from './listen-http.ts';
import { listenHttp } from './listen-http.ts';

export interface HttpComponent extends Component {
  /** Where it listens; throws before the start. */
  address(): Listening;
}

export interface HttpComponentOptions extends ListenOptions {
  readonly name: string;
}

/** A server as a part of a process: start listens, stop closes. */
export function createHttpComponent(server: HttpServer, options: HttpComponentOptions): HttpComponent {
  const { name } = options;
  let listening: Listening | undefined;
  const component = defineComponent({
    name,
    start: async () => {
      listening = await listenHttp(server, options);
    },
    stop: async () => server.close(),
  });
  return {
    ...component,
    address() {
      if (listening === undefined) throw new Error(`${name} does not listen yet`);
      return listening;
    },
  };
}
