import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import { requireOwnPage } from './own-pages-only.ts';

const OWN = { 'x-longwire-console': '1', host: 'console.example:7000' };

for (const [what, headers] of [
  ['a page of the console', { ...OWN, 'sec-fetch-site': 'same-origin', origin: 'https://console.example:7000' }],
  [
    'a page of the console behind a proxy that changes the host',
    { ...OWN, 'sec-fetch-site': 'same-origin', origin: 'https://public.example' },
  ],
  ['an older browser, by its origin', { ...OWN, origin: 'http://console.example:7000' }],
  ['a program', OWN],
] as const) {
  test(`lets in ${what}`, () => requireOwnPage(headers));
}

for (const [what, headers] of [
  ['a form of another site', { host: OWN.host, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a call without the header', { host: OWN.host, 'sec-fetch-site': 'same-origin' }],
  ['another site', { ...OWN, 'sec-fetch-site': 'cross-site' }],
  ['another port of the same host', { ...OWN, 'sec-fetch-site': 'same-site' }],
  ['a typed address', { ...OWN, 'sec-fetch-site': 'none' }],
  ['an older browser, by its origin', { ...OWN, origin: 'http://console.example:8000' }],
  ['a sandboxed frame', { ...OWN, origin: 'null' }],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => requireOwnPage(headers),
      (error: unknown) => error instanceof AppError && error.code === 'foreign-origin',
    );
  });
}
