import { computed } from '@preact/signals';
import { language } from '../shared/language.ts';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';

/** Every text of the page in the language at hand. */
export const text = computed(() => (language.value === 'zh' ? CHINESE : ENGLISH));
