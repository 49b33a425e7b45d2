import { signal } from '@preact/signals';
import { askConsole, whenSignedOut } from '../api/ask.ts';
import type { ApiAnswer, ApiFault } from '../api/ask.ts';
import type { SessionView } from '../api/answers.ts';

const PATH = '/api/operator/session';
const NOBODY: SessionView = { isSignedIn: false, keyId: null, endsAt: null };

/** Who is signed in; undefined until the server has said so. */
export const session = signal<SessionView | undefined>(undefined);
/** True when a session ended while it was in use. */
export const hasEnded = signal(false);

// Told once for each call that was under way: only the first of them finds somebody signed in.
whenSignedOut.notify = () => {
  if (session.peek()?.isSignedIn === true) hasEnded.value = true;
  session.value = NOBODY;
};

/** Asks the server who is signed in. A server that does not answer leaves things as they are. */
export async function readSession(): Promise<void> {
  const answer = await askConsole<SessionView>('GET', PATH);
  if (answer.ok && !answer.body.isSignedIn) whenSignedOut.notify();
  else if (answer.ok) session.value = answer.body;
  else session.value ??= NOBODY;
}

/** Hands the key to the server, which keeps it; nothing of it stays in the page. Resolves with why not. */
export async function signIn(apiKey: string): Promise<ApiFault | undefined> {
  const answer: ApiAnswer<SessionView> = await askConsole('POST', PATH, { body: JSON.stringify({ apiKey }) });
  if (!answer.ok) return answer.fault;
  hasEnded.value = false;
  session.value = answer.body;
  return undefined;
}

export async function signOut(): Promise<ApiFault | undefined> {
  const answer = await askConsole('DELETE', PATH);
  if (!answer.ok) return answer.fault;
  hasEnded.value = false;
  session.value = NOBODY;
  return undefined;
}
