/** One event of a stream. `id` is the last one the stream named, which is what `Last-Event-ID` is to say. */
export interface SseEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string | undefined;
}

/** More than the largest event of service by far: it bounds what a broken stream can make us hold. */
const MAX_EVENT_CHARS = 1024 * 1024;

/**
 * Reads server-sent events from bytes that may be cut anywhere, inside a character too. Comments and unknown fields are
 * skipped, an event without data is none (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export class SseParser {
  readonly #decoder = new TextDecoder();
  #line = '';
  #isAfterReturn = false;
  #type = '';
  #data: string[] = [];
  #dataChars = 0;
  #id: string | undefined;

  /** The events that the chunk completes, in order. Throws RangeError when one grows beyond 1 Mi characters. */
  feed(chunk: Uint8Array): readonly SseEvent[] {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (text === '') return [];
    // A line may end with \r\n cut in two: the \r has ended it, the \n is not a line of its own.
    if (this.#isAfterReturn && text.startsWith('\n')) text = text.slice(1);
    if (text !== '') this.#isAfterReturn = text.endsWith('\r');
    const events: SseEvent[] = [];
    const lines = text.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#take(this.#line + line, events);
      this.#line = '';
    }
    this.#line += rest;
    if (this.#line.length + this.#dataChars > MAX_EVENT_CHARS) throw new RangeError('an event is too large');
    return events;
  }

  #take(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) {
        events.push({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id });
      }
      this.#type = '';
      this.#data = [];
      this.#dataChars = 0;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'data') {
      this.#data.push(value);
      this.#dataChars += value.length;
    }
  }
}
