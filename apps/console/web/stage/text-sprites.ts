import type { StageEntry } from './waiting-line.ts';

/** How texts look on the stage, in CSS pixels. */
export interface StageLook {
  readonly laneHeightPx: number;
  readonly fontPx: number;
  readonly fontFamily: string;
  readonly accent: string;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** A text as a picture, drawn once and then only moved. */
export interface Sprite {
  readonly image: HTMLCanvasElement;
  /** In CSS pixels, as the picture shows it. */
  readonly widthPx: number;
}

const MAX_CACHED = 160;
const SIDE_PX = 12;
const GIFT_INK = '#ffe3b3';
const OWN_GROUND = 'rgb(46 33 16 / 82%)';
const GIFT_GROUND = 'rgb(52 27 45 / 86%)';

/**
 * Draws texts into small pictures and keeps the last ones: a shadowed text costs a hundred times what moving a picture
 * does, and a crowd says the same things.
 */
export class TextSprites {
  readonly #look: StageLook;
  readonly #cache = new Map<string, Sprite>();

  constructor(look: StageLook) {
    this.#look = look;
  }

  of({ text, color, kind, times }: StageEntry): Sprite {
    const label = times > 1 ? `${text} ×${times}` : text;
    const key = `${kind} ${color} ${label}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const sprite = this.#draw(label, kind, color);
    this.#cache.set(key, sprite);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= MAX_CACHED) break;
      this.#cache.delete(oldest);
    }
    return sprite;
  }

  #draw(label: string, kind: StageEntry['kind'], color: string): Sprite {
    const { laneHeightPx, fontPx, fontFamily, ratio, accent } = this.#look;
    const image = document.createElement('canvas');
    const context = image.getContext('2d');
    if (context === null) return { image, widthPx: 0 };
    const font = `600 ${fontPx}px ${fontFamily}`;
    context.font = font;
    const widthPx = Math.ceil(context.measureText(label).width) + 2 * SIDE_PX;
    image.width = Math.ceil(widthPx * ratio);
    image.height = Math.ceil(laneHeightPx * ratio);
    context.scale(ratio, ratio);
    if (kind !== 'crowd') {
      context.beginPath();
      context.roundRect(1, 2, widthPx - 2, laneHeightPx - 4, (laneHeightPx - 4) / 2);
      context.fillStyle = kind === 'own' ? OWN_GROUND : GIFT_GROUND;
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = kind === 'own' ? accent : '#d98ab8';
      context.stroke();
    }
    // Setting the size has reset everything.
    context.font = font;
    context.textBaseline = 'middle';
    context.shadowColor = 'rgb(0 0 0 / 90%)';
    context.shadowBlur = 4 * ratio;
    context.shadowOffsetY = ratio;
    context.fillStyle = kind === 'gift' ? GIFT_INK : color;
    context.fillText(label, SIDE_PX, laneHeightPx / 2 + 1);
    return { image, widthPx };
  }
}
