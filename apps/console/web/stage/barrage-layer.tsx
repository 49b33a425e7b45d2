import { useEffect, useRef } from 'preact/hooks';
import { onBarrage } from '../state/room-store.ts';
import { BarragePainter } from './barrage-painter.ts';

/** The part of the stage that barrage crosses. */
export function BarrageLayer() {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (layer.current === null) return undefined;
    const painter = new BarragePainter(layer.current);
    const stopListening = onBarrage((items) => painter.add(items));
    return () => {
      stopListening();
      painter.stop();
    };
  }, []);
  return <div class="barrage-layer" ref={layer} aria-hidden="true" />;
}
