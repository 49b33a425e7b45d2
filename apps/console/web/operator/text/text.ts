import { computed, signal } from '@preact/signals';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { createFormats } from './format.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same as of the live room, so that both speak one language. */
const KEY = 'longwire-language';

export const language = signal<Language>('en');

/** Every text of the console in the language at hand. */
export const text = computed(() => (language.value === 'zh' ? CHINESE : ENGLISH));

/** Numbers and times in the language at hand. */
export const format = computed(() => createFormats(language.value === 'zh' ? 'zh-CN' : 'en-US'));

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
