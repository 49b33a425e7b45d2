import { computed } from '@preact/signals';
import { language } from '../../shared/language.ts';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { createFormats } from './format.ts';

/** Every text of the console in the language at hand. */
export const text = computed(() => (language.value === 'zh' ? CHINESE : ENGLISH));

/** Numbers and times in the language at hand. */
export const format = computed(() => createFormats(language.value === 'zh' ? 'zh-CN' : 'en-US'));
