import { useEffect, useRef } from 'preact/hooks';
import { density, onStageItems, shownTexts } from '../state/stage-state.ts';
import { BarrageCanvas } from './barrage-canvas.ts';

const MIRRORED = 24;
const MIRROR_EVERY_MS = 250;

/** The part of the stage that barrage crosses. */
export function BarrageLayer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return undefined;
    const mirror = createMirror();
    const barrage = new BarrageCanvas(canvas.current, {
      onDensity: (found) => (density.value = found),
      onShown: ({ text }) => mirror.note(text),
    });
    const stopListening = onStageItems((items) => barrage.add(items));
    return () => {
      stopListening();
      barrage.stop();
      mirror.stop();
    };
  }, []);
  return (
    <>
      <canvas class="barrage-layer" data-testid="barrage-canvas" ref={canvas} aria-hidden="true" />
      <Mirror />
    </>
  );
}

/** What last went onto the canvas, in words: pixels cannot be asked. The chat is what screen readers read. */
function Mirror() {
  return (
    <ul class="unseen" aria-hidden="true">
      {shownTexts.value.map(({ key, text }) => (
        <li key={key} data-testid="barrage-item">
          {text}
        </li>
      ))}
    </ul>
  );
}

/** Tells of shown texts a few times a second at most, however many there are. */
function createMirror() {
  let texts: readonly { readonly key: number; readonly text: string }[] = [];
  let nextKey = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    note(text: string): void {
      nextKey += 1;
      texts = [...texts, { key: nextKey, text }].slice(-MIRRORED);
      timer ??= setTimeout(() => {
        timer = undefined;
        shownTexts.value = texts;
      }, MIRROR_EVERY_MS);
    },
    stop(): void {
      clearTimeout(timer);
      shownTexts.value = [];
    },
  };
}
