import { render } from 'preact';
import { Page } from './page.tsx';
import { speakAsBefore } from './shared/language.ts';
import { requestOfPage } from './state/join-request.ts';
import { join } from './state/room-store.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('the page has no element to live in');

speakAsBefore();
const { request, isAutomatic } = requestOfPage();
render(<Page initial={request} />, root);
if (isAutomatic) join(request);
