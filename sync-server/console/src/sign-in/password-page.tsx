import { PASSWORD_MIN_LENGTH, type SignedIn } from '@uketsuke/shared/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { TextInput } from '../controls/text-input.tsx';
import { useAction } from '../controls/use-action.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { LanguageSwitch } from '../words/language-switch.tsx';

/** A one-time password has to be changed before anything else. */
export function PasswordPage(props: {
  readonly account: SignedIn;
  readonly onChanged: (account: SignedIn) => void;
  readonly onSignOut: () => void;
}) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const action = useAction();
  const type = shown ? 'text' : 'password';

  const missing = PASSWORD_MIN_LENGTH - next.length;
  const nextError =
    missing > 0
      ? t('password.tooShort', { count: missing, least: PASSWORD_MIN_LENGTH })
      : next === current
        ? t('password.same')
        : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nextError !== undefined || current === '') return;
    action.run(async () => {
      await client.changePassword({ body: { current, next } });
      props.onChanged(await client.me());
    });
  };

  return (
    <main className="gate">
      <LanguageSwitch />
      <h1>{t('password.heading')}</h1>
      <p>{t('password.explanation')}</p>
      {action.failure &&
        (action.failure.code === 'wrong-credentials' ? (
          <Notice kind="bad">{t('password.wrongCurrent')}</Notice>
        ) : (
          <FailureNotice failure={action.failure} />
        ))}
      <form className="form" onSubmit={submit} noValidate>
        {/* So that password managers keep the new password under the right name. */}
        <input type="text" autoComplete="username" value={props.account.username} readOnly hidden />
        <TextInput
          label={t('password.current')}
          value={current}
          onChange={setCurrent}
          type={type}
          autoComplete="current-password"
          maxLength={200}
          testId="password-current"
          autoFocus
        />
        <TextInput
          label={t('password.next')}
          hint={t('password.rule', { count: PASSWORD_MIN_LENGTH })}
          value={next}
          onChange={setNext}
          type={type}
          autoComplete="new-password"
          maxLength={200}
          error={tried ? nextError : undefined}
          testId="password-next"
        />
        <label className="tick">
          <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
          {t('signIn.show')}
        </label>
        <div className="actions">
          <Button className="button" onPress={props.onSignOut}>
            {t('navigation.signOut')}
          </Button>
          <ActionButton
            type="submit"
            className="button button-main"
            busy={action.busy}
            isDisabled={current === ''}
            data-testid="password-submit"
          >
            {t('password.submit')}
          </ActionButton>
        </div>
      </form>
    </main>
  );
}
