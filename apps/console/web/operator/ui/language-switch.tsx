import { language, speak, text } from '../text/text.ts';
import { Segments } from './segments.tsx';

const OPTIONS = [
  { value: 'en', label: 'EN' },
  { value: 'zh', label: '中文' },
] as const;

export function LanguageSwitch() {
  return (
    <Segments label={text.value.language} options={OPTIONS} value={language.value} onChange={speak} testId="language" />
  );
}
