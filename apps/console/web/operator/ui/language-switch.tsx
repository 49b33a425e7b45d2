import { LANGUAGES, language, speak } from '../../shared/language.ts';
import { text } from '../text/text.ts';
import { Segments } from './segments.tsx';

export function LanguageSwitch() {
  return (
    <Segments
      label={text.value.language}
      options={LANGUAGES}
      value={language.value}
      onChange={speak}
      testId="language"
    />
  );
}
