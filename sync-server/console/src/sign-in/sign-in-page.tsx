import type { SignedIn } from '@uketsuke/shared/contracts';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { TextInput } from '../controls/text-input.tsx';
import { useAction } from '../controls/use-action.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { LanguageSwitch } from '../words/language-switch.tsx';

/** Name and password; says why the person is here again. */
export function SignInPage(props: {
  readonly because: 'start' | 'ended' | 'signed-out';
  readonly onSignedIn: (account: SignedIn) => void;
}) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const action = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    action.run(async () => {
      props.onSignedIn(await client.signIn({ body: { username: username.trim(), password } }));
    });
  };

  return (
    <main className="gate">
      <LanguageSwitch />
      <h1>{t('signIn.heading')}</h1>
      {props.because === 'ended' && !action.failure && <Notice kind="caution">{t('signIn.ended')}</Notice>}
      {props.because === 'signed-out' && !action.failure && <Notice kind="good">{t('signIn.signedOut')}</Notice>}
      {action.failure && <FailureNotice failure={action.failure} />}
      <form className="form" onSubmit={submit} noValidate>
        <TextInput
          label={t('signIn.username')}
          value={username}
          onChange={setUsername}
          autoComplete="username"
          maxLength={60}
          testId="login-username"
          autoFocus
        />
        <TextInput
          label={t('signIn.password')}
          value={password}
          onChange={setPassword}
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          maxLength={200}
          testId="login-password"
        />
        <label className="tick">
          <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
          {t('signIn.show')}
        </label>
        <ActionButton
          type="submit"
          className="button button-main"
          busy={action.busy}
          isDisabled={username.trim() === '' || password === ''}
          data-testid="login-submit"
        >
          {action.busy ? t('signIn.submitting') : t('signIn.submit')}
        </ActionButton>
      </form>
    </main>
  );
}
