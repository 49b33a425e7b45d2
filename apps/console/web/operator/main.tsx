import { render } from 'preact';
import { speakAsBefore } from '../shared/language.ts';
import { Shell } from './shell.tsx';
import { followAddress } from './state/route.ts';
import { readSession, session } from './state/session.ts';

/** Often enough that a session which has ended shows, and that one in use does not end by rest. */
const SESSION_EVERY_MS = 60_000;

const root = document.getElementById('console');
if (root === null) throw new Error('the console has no element to live in');

speakAsBefore();
followAddress();
render(<Shell />, root);
void readSession();
setInterval(() => {
  if (!document.hidden && session.peek()?.isSignedIn === true) void readSession();
}, SESSION_EVERY_MS);
