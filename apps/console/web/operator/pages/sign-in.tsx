import { useState } from 'preact/hooks';
import type { ApiFault } from '../api/ask.ts';
import { hasEnded, signIn } from '../state/session.ts';
import { format, text } from '../text/text.ts';
import { reasonOf } from '../ui/fault-note.tsx';
import { Field } from '../ui/field.tsx';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { Logo } from '../ui/logo.tsx';

/** Asks for an API key. */
export function SignInPage() {
  const t = text.value.signIn;
  const [apiKey, setApiKey] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const given = apiKey.trim();
    if (given === '') return setFault(t.missing);
    setBusy(true);
    setFault('');
    const refusal = await signIn(given);
    setBusy(false);
    if (refusal !== undefined) setFault(wordsOf(refusal));
  };
  return (
    <div class="sign-in">
      <main class="sign-in-card">
        <Logo />
        <h1>{t.title}</h1>
        <p class="quiet">{t.about}</p>
        {hasEnded.value && (
          <p class="warning" role="status">
            {t.ended}
          </p>
        )}
        <form class="form" onSubmit={(event) => void submit(event)} noValidate>
          <Field label={t.key} hint={t.hint} fault={fault}>
            {(control) => (
              <input
                {...control}
                type="password"
                class="input is-code"
                value={apiKey}
                autocomplete="off"
                spellcheck={false}
                autofocus
                maxLength={512}
                data-testid="api-key"
                onInput={(event) => {
                  setApiKey(event.currentTarget.value);
                  setFault('');
                }}
              />
            )}
          </Field>
          <p class="unseen" role="alert" data-testid="sign-in-fault">
            {fault}
          </p>
          <button type="submit" class="button is-primary is-large" disabled={isBusy} data-testid="sign-in">
            {isBusy ? t.busy : t.submit}
          </button>
        </form>
      </main>
      <footer>
        <LanguageSwitch />
      </footer>
    </div>
  );
}

function wordsOf(fault: ApiFault): string {
  const t = text.value.signIn;
  if (fault.status === 401) return t.wrong;
  if (fault.status === 429) return t.limited(format.value.whole(fault.retryAfterSeconds ?? 1));
  return fault.status === 400 ? t.shapeless : reasonOf(fault);
}
