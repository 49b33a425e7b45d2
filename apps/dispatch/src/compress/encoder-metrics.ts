import { ENCODINGS } from '@longwire/domain';
import type { Encoding } from '@longwire/domain';
import { holdCounter, holdCounters, holdHistogram } from '@longwire/runtime';
import type { DispatchMetrics } from '../metrics.ts';
import type { EncoderObserver } from './batch-encoder.ts';
import { BROTLI_QUALITIES } from './brotli-quality.ts';
import type { BrotliQuality } from './brotli-quality.ts';

type EncoderMetrics = Pick<
  DispatchMetrics,
  'rawBytes' | 'encodedBytes' | 'compressions' | 'qualities' | 'bestTime' | 'compressionTime'
>;

/** Counts what an encoder does, without looking up labels: it is told of each batch twice. */
export function createEncoderObserver(metrics: EncoderMetrics): EncoderObserver {
  const raw = holdCounters(metrics.rawBytes, ENCODINGS, (encoding) => ({ encoding }));
  const encoded = holdCounters(metrics.encodedBytes, ENCODINGS, (encoding) => ({ encoding }));
  const compressions = holdCounters(metrics.compressions, ENCODINGS, (encoding) => ({ encoding }));
  const times = byEncoding((encoding) => holdHistogram(metrics.compressionTime, { encoding }));
  const qualities = byEncoding((encoding) => {
    const counters = BROTLI_QUALITIES.map((quality) => {
      return holdCounter(metrics.qualities, { encoding, quality: String(quality) });
    });
    return (quality: number) => counters[BROTLI_QUALITIES.indexOf(quality as BrotliQuality)]?.inc();
  });
  return {
    onEncoded: (encoding, { rawBytes, encodedBytes }) => {
      raw[encoding].inc(rawBytes);
      encoded[encoding].inc(encodedBytes);
    },
    onCompressed: ({ encoding, quality, durationMs }) => {
      compressions[encoding].inc();
      if (encoding !== 'zlib') qualities[encoding](quality);
      if (quality === 11) metrics.bestTime.inc(durationMs / 1000);
      else times[encoding].observe(durationMs / 1000);
    },
  };
}

function byEncoding<T>(make: (encoding: Encoding) => T): Record<Encoding, T> {
  return Object.fromEntries(ENCODINGS.map((encoding) => [encoding, make(encoding)])) as Record<Encoding, T>;
}
