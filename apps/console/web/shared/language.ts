import { signal } from '@preact/signals';

/** The languages of both pages, as their switches name them. */
export const LANGUAGES = [
  { value: 'en', label: 'EN', name: 'English' },
  { value: 'zh', label: '中文', name: '中文' },
] as const;
export type Language = (typeof LANGUAGES)[number]['value'];

const KEY = 'longwire-language';

/** One for the live room and the operator console: who chose it in one has chosen it in the other. */
export const language = signal<Language>('en');

/** Takes the language that was chosen last, else the one of the browser. */
export function speakAsBefore(): void {
  const preferred = localStorage.getItem(KEY) ?? navigator.language;
  show(preferred.startsWith('zh') ? 'zh' : 'en');
}

export function speak(next: Language): void {
  localStorage.setItem(KEY, next);
  show(next);
}

function show(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
}
