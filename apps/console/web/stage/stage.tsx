import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { joined } from '../state/room-state.ts';
import { Backdrop } from './backdrop.tsx';
import { BarrageLayer } from './barrage-layer.tsx';
import { BarrageList } from './barrage-list.tsx';

/** The picture with the barrage over it; whatever is passed in lies on top. */
export function Stage({ children }: { readonly children: ComponentChildren }) {
  const isStill = usePrefersReducedMotion();
  return (
    <div class="stage" data-testid="stage">
      <Backdrop />
      {joined.value !== null && (isStill ? <BarrageList /> : <BarrageLayer />)}
      {children}
    </div>
  );
}

function usePrefersReducedMotion(): boolean {
  const [query] = useState(() => matchMedia('(prefers-reduced-motion: reduce)'));
  const [isReduced, setReduced] = useState(query.matches);
  useEffect(() => {
    const update = (): void => setReduced(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, [query]);
  return isReduced;
}
