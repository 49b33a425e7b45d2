import type { Transport } from '@longwire/client';

/** One frame that holds messages, as it came off the line. */
export interface Arrival {
  readonly sizeBytes: number;
  readonly encoding: 'plain' | 'zlib' | 'brotli';
}

export interface TransportWatcher {
  readonly onArrival: (arrival: Arrival) => void;
  /** How many resumes (op 22) wait for their answer, whenever that changes. */
  readonly onResumes: (waiting: number) => void;
}

const OP_MESSAGE = 5;
const OP_RESUME = 22;
const OP_RESUME_REPLY = 23;
const OP_OFFSET = 8;
const ENCODINGS = { 2: 'zlib', 3: 'brotli' } as const;

/** A transport that also tells what passes through it, for the figures that the page shows. */
export function watchedTransport(inner: Transport, { onArrival, onResumes }: TransportWatcher): Transport {
  let waiting = 0;
  const addResumes = (change: number): void => {
    waiting += change;
    onResumes(waiting);
  };
  return {
    addressOf: inner.addressOf,
    open(address, events) {
      let waitingHere = 0;
      const line = inner.open(address, {
        onOpen: events.onOpen,
        onFrames: (frames) => {
          for (const { op, ver, body } of frames.frames) {
            const encoding = ver === 2 || ver === 3 ? ENCODINGS[ver] : 'plain';
            if (op === OP_MESSAGE) onArrival({ sizeBytes: body.length, encoding });
            else if (op === OP_RESUME_REPLY && waitingHere > 0) {
              waitingHere -= 1;
              addResumes(-1);
            }
          }
          events.onFrames(frames);
        },
        onClose: (end) => {
          settle();
          events.onClose(end);
        },
      });
      const settle = (): void => {
        if (waitingHere > 0) addResumes(-waitingHere);
        waitingHere = 0;
      };
      return {
        send: (bytes) => {
          if (bytes.length > OP_OFFSET + 4 && new DataView(bytes.buffer).getUint32(OP_OFFSET) === OP_RESUME) {
            waitingHere += 1;
            addResumes(1);
          }
          line.send(bytes);
        },
        close: (end) => {
          // A dead line may never say that it closed.
          settle();
          line.close(end);
        },
      };
    },
  };
}
