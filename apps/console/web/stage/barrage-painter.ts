import type { Barrage } from '../state/room-store.ts';
import { LaneTable } from './lane-table.ts';

const CROSSING_MS = 8_000;
const GAP_PX = 36;
/** More than a person can read; what waits longer than a few seconds is old news. */
const MAX_ON_STAGE = 70;
const MAX_WAITING = 120;
const MAX_WAIT_MS = 6_000;
const RETRY_MS = 120;

interface Waiting {
  readonly item: Barrage;
  readonly sinceMs: number;
}

/**
 * Moves barrage across an element with the Web Animations API, which runs off the main thread. Density is capped: what
 * finds no lane waits a little and is then left out; the chat list beside the stage has it all.
 */
export class BarragePainter {
  readonly #layer: HTMLElement;
  readonly #observer: ResizeObserver;
  #lanes: LaneTable | undefined;
  #laneHeightPx = 0;
  #widthPx = 0;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(layer: HTMLElement) {
    this.#layer = layer;
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(layer);
    this.#measure();
  }

  /** Shows these as soon as there is room for them; own ones go first. */
  add(items: readonly Barrage[]): void {
    const sinceMs = performance.now();
    const own = items.filter(({ isOwn }) => isOwn);
    const others = items.filter(({ isOwn }) => !isOwn);
    this.#waiting.unshift(...own.map((item) => ({ item, sinceMs })));
    this.#waiting.push(...others.map((item) => ({ item, sinceMs })));
    this.#waiting = this.#waiting.slice(0, MAX_WAITING);
    this.#paint();
  }

  stop(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    this.#layer.replaceChildren();
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.#layer;
    const laneHeightPx = Number.parseFloat(getComputedStyle(this.#layer).getPropertyValue('--lane-height')) || 36;
    if (clientWidth === this.#widthPx && laneHeightPx === this.#laneHeightPx && this.#lanes !== undefined) return;
    this.#widthPx = clientWidth;
    this.#laneHeightPx = laneHeightPx;
    this.#layer.replaceChildren();
    this.#lanes = new LaneTable({
      laneCount: Math.max(1, Math.floor(clientHeight / laneHeightPx)),
      stageWidthPx: clientWidth,
      crossingMs: CROSSING_MS,
      gapPx: GAP_PX,
    });
  }

  #paint(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    this.#waiting = this.#waiting.filter(({ sinceMs }) => nowMs - sinceMs < MAX_WAIT_MS);
    while (this.#waiting.length > 0 && this.#layer.childElementCount < MAX_ON_STAGE) {
      const [next] = this.#waiting;
      if (next === undefined || !this.#start(next.item, nowMs)) break;
      this.#waiting.shift();
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#paint(), RETRY_MS);
  }

  /** False when every lane is taken. */
  #start(item: Barrage, nowMs: number): boolean {
    const element = elementOf(item);
    this.#layer.append(element);
    const widthPx = element.offsetWidth;
    const placement = this.#lanes?.place(widthPx, nowMs);
    if (placement === undefined) {
      element.remove();
      return false;
    }
    element.style.top = `${placement.lane * this.#laneHeightPx}px`;
    const path = [
      { transform: `translate3d(${this.#widthPx}px, 0, 0)` },
      { transform: `translate3d(${-widthPx}px, 0, 0)` },
    ];
    const animation = element.animate(path, { duration: placement.durationMs, easing: 'linear', fill: 'both' });
    animation.addEventListener('finish', () => element.remove(), { once: true });
    return true;
  }
}

function elementOf({ text, color, isOwn }: Barrage): HTMLElement {
  const element = document.createElement('span');
  element.className = isOwn ? 'barrage barrage-own' : 'barrage';
  element.dataset['testid'] = 'barrage-item';
  element.textContent = text;
  element.style.color = color;
  return element;
}
