import { computed, signal } from '@preact/signals';
import { ENGLISH } from './english.ts';
import { CHINESE } from './chinese.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'longwire-language';
const remembered = localStorage.getItem(KEY);
const preferred = remembered ?? navigator.language;

export const language = signal<Language>(preferred.startsWith('zh') ? 'zh' : 'en');

/** Every text of the page in the language at hand. */
export const text = computed(() => (language.value === 'zh' ? CHINESE : ENGLISH));

export function speak(next: Language): void {
  language.value = next;
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next;
}
