import { render } from 'preact';
import { loadBrotli } from './line/decoders.ts';
import { Page } from './page.tsx';
import { requestOfPage } from './state/join-request.ts';
import { join, retryNow } from './state/room-store.ts';
import { language } from './text/text.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('the page has no element to live in');

document.documentElement.lang = language.peek();
const { request, isAutomatic } = requestOfPage();
render(<Page initial={request} />, root);
if (isAutomatic) join(request);

// Fetched while a name is being typed. A failure shows when a connection asks for it, and has an answer there.
addEventListener('load', () => void loadBrotli().catch(() => undefined), { once: true });
addEventListener('online', retryNow);
