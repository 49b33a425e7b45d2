import { FrameGovernor } from './frame-governor.ts';
import { LaneTable } from './lane-table.ts';
import type { Crossing } from './lane-table.ts';
import { TextSprites } from './text-sprites.ts';
import type { Sprite } from './text-sprites.ts';
import { WaitingLine } from './waiting-line.ts';
import type { StageEntry, StageItem } from './waiting-line.ts';

interface Actor {
  readonly crossing: Crossing;
  readonly sprite: Sprite;
}

interface StageSize {
  readonly laneCount: number;
  readonly laneHeightPx: number;
  readonly ratio: number;
}

/** The last two seconds. */
export interface Density {
  /** Messages that came in, a second. */
  readonly inPerSec: number;
  /** Of those that were shown or shed the share that was shown, from 0 to 1; equal texts that cross as one count each. */
  readonly share: number;
}

export interface BarrageCanvasPorts {
  readonly onDensity: (density: Density) => void;
  readonly onShown: (entry: StageEntry) => void;
}

const GAP_PX = 26;
/** How long a text of no width takes from edge to edge: calm, and in a room on fire. */
const CALM_CROSSING_MS = 9_000;
const BUSY_CROSSING_MS = 6_500;
/** The speed follows what waits, but slowly: texts of one lane that differ in speed need gaps between them. */
const SPEED_FOLLOWS_MS = 4_000;
const DENSITY_WINDOW_MS = 2_000;
/** Kept free of the crowd: own words and gifts find a way in at once. */
const FAVOURED_LANES = 1;

/**
 * Moves barrage across a canvas: at most one frame of work per frame, nothing while nothing moves. How many texts are
 * there at a time follows from the lanes (no two ever overlap) and from how long frames take; what finds no place is
 * shed by the rule of {@link WaitingLine}.
 */
export class BarrageCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #ports: BarrageCanvasPorts;
  readonly #line = new WaitingLine();
  readonly #governor = new FrameGovernor();
  readonly #observer: ResizeObserver;
  #lanes = new LaneTable({ laneCount: 0, stageWidthPx: 0, gapPx: GAP_PX });
  #sprites: TextSprites | undefined;
  #actors: Actor[] = [];
  #frame: number | undefined;
  #frameAtMs = 0;
  #widthPx = 0;
  #laneHeightPx = 0;
  #ratio = 1;
  /** From 0 to 1. */
  #haste = 0;
  #window = { sinceMs: 0, came: 0, shown: 0, shedBefore: 0 };

  constructor(canvas: HTMLCanvasElement, ports: BarrageCanvasPorts) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#ports = ports;
    this.#observer = new ResizeObserver(this.#onResize);
    this.#observer.observe(canvas);
    // Another screen may have other pixels under a canvas of the same size.
    addEventListener('resize', this.#onResize);
    this.#measure();
  }

  add(items: readonly StageItem[]): void {
    const nowMs = performance.now();
    if (document.hidden) return;
    for (const item of items) this.#line.add(item, nowMs);
    this.#window.came += items.length;
    this.#wake();
  }

  stop(): void {
    this.#observer.disconnect();
    removeEventListener('resize', this.#onResize);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#actors = [];
  }

  readonly #onResize = (): void => this.#measure();

  #measure(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const style = getComputedStyle(this.#canvas);
    const laneHeightPx = Number.parseFloat(style.getPropertyValue('--lane-height')) || 38;
    const laneCount = Math.max(1 + FAVOURED_LANES, Math.floor(clientHeight / laneHeightPx));
    const ratio = globalThis.devicePixelRatio || 1;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    const isSame = clientWidth === this.#widthPx && laneHeightPx === this.#laneHeightPx && ratio === this.#ratio;
    if (isSame) {
      this.#lanes.resize(laneCount);
      this.#actors = this.#actors.filter(({ crossing }) => crossing.lane < laneCount);
    } else this.#begin({ laneCount, laneHeightPx, ratio }, style);
    this.#wake();
  }

  /** A stage of another width is begun anew: positions on the old one mean nothing on it. */
  #begin({ laneCount, laneHeightPx, ratio }: StageSize, style: CSSStyleDeclaration): void {
    this.#widthPx = this.#canvas.clientWidth;
    this.#laneHeightPx = laneHeightPx;
    this.#ratio = ratio;
    this.#actors = [];
    this.#lanes = new LaneTable({ laneCount, stageWidthPx: this.#widthPx, gapPx: GAP_PX });
    this.#sprites = new TextSprites({
      laneHeightPx,
      ratio,
      fontPx: Number.parseFloat(style.fontSize),
      fontFamily: style.fontFamily,
      accent: style.getPropertyValue('--accent').trim(),
    });
  }

  #wake(): void {
    if (this.#frame !== undefined) return;
    this.#frameAtMs = performance.now();
    this.#frame = requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = (nowMs: number): void => {
    const frameMs = nowMs - this.#frameAtMs;
    this.#governor.note(nowMs, frameMs);
    this.#frameAtMs = nowMs;
    this.#haste += (this.#line.pressure - this.#haste) * Math.min(1, frameMs / SPEED_FOLLOWS_MS);
    this.#actors = this.#actors.filter(({ crossing }) => this.#lanes.leftOf(crossing, nowMs) > -crossing.widthPx);
    this.#letIn(nowMs);
    this.#draw(nowMs);
    this.#tellDensity(nowMs);
    const isBusy = this.#actors.length + this.#line.size + this.#window.came > 0;
    this.#frame = isBusy ? requestAnimationFrame(this.#onFrame) : undefined;
  };

  #letIn(nowMs: number): void {
    for (let entry = this.#line.peek(nowMs); entry !== undefined; entry = this.#line.peek(nowMs)) {
      const isCrowd = entry.kind === 'crowd';
      if (isCrowd && this.#actors.length >= this.#governor.limit) return;
      const sprite = this.#sprites?.of(entry);
      if (sprite === undefined) return;
      const item = { widthPx: sprite.widthPx, pxPerMs: this.#speed() };
      const crossing = this.#lanes.place(item, nowMs, isCrowd ? FAVOURED_LANES : 0);
      if (crossing === undefined) return;
      this.#line.take();
      this.#window.shown += entry.times;
      this.#actors.push({ crossing, sprite });
      this.#ports.onShown(entry);
    }
  }

  /** Pixels per ms: the more is waiting, the faster, so that more finds a place. */
  #speed(): number {
    return this.#widthPx / (CALM_CROSSING_MS - (CALM_CROSSING_MS - BUSY_CROSSING_MS) * this.#haste);
  }

  #draw(nowMs: number): void {
    const context = this.#context;
    if (context === null) return;
    const ratio = this.#ratio;
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const { crossing, sprite } of this.#actors) {
      const x = Math.round(this.#lanes.leftOf(crossing, nowMs) * ratio);
      // Whole device pixels: pictures are copied and not resampled.
      context.drawImage(sprite.image, x, Math.round(crossing.lane * this.#laneHeightPx * ratio));
    }
  }

  #tellDensity(nowMs: number): void {
    const { sinceMs, came, shown, shedBefore } = this.#window;
    const spanMs = nowMs - sinceMs;
    if (spanMs < DENSITY_WINDOW_MS) return;
    const decided = shown + this.#line.shed - shedBefore;
    const share = decided === 0 ? 1 : shown / decided;
    // After a pause the window spans it too: only its last part had anything in it.
    const seconds = Math.min(spanMs, 2 * DENSITY_WINDOW_MS) / 1000;
    this.#ports.onDensity({ inPerSec: came / seconds, share });
    this.#window = { sinceMs: nowMs, came: 0, shown: 0, shedBefore: this.#line.shed };
  }
}
