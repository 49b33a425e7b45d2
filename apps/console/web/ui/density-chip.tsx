import { density } from '../state/stage-state.ts';
import { language } from '../shared/language.ts';
import { text } from '../text/text.ts';

/** Says which part of a busy room is on the stage; nothing while all of it is. */
export function DensityChip() {
  const t = text.value;
  const found = density.value;
  const percent = Math.round((found?.share ?? 1) * 100);
  const rate = Math.round(found?.inPerSec ?? 0);
  const isThinned = percent < 100;
  return (
    <p class="density" data-testid="density" data-share={percent} data-rate={rate} title={t.densityAbout}>
      {isThinned && t.density(`${percent}%`, rate.toLocaleString(language.value))}
    </p>
  );
}
