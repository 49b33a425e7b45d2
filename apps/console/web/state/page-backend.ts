/** Calls the backend of this page. Rejects with an Error whose message is fit to be shown. */
export async function callBackend<Answer>(path: string, body?: object): Promise<Answer> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, body === undefined ? {} : post).catch((cause: unknown) => {
    throw new Error('the backend does not answer', { cause });
  });
  if (response.status === 204) return undefined as Answer;
  const answer = (await response.json().catch(() => ({}))) as Answer & { readonly detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `refused (${response.status})`);
  return answer;
}

/** What to show of an error. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
