import { useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { FailureNotice, LoadingNotice } from './controls/notice.tsx';
import { LiveProvider } from './live/live-context.tsx';
import { HeadquartersContext } from './server/headquarters-context.tsx';
import { PasswordPage } from './sign-in/password-page.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { type SessionControl, useSession } from './sign-in/use-session.ts';
import { SignedInFrame } from './signed-in/signed-in-frame.tsx';
import { useLanguage } from './words/language.ts';

/** The whole page: who is signed in decides what is shown. */
export function App() {
  const language = useLanguage();
  const session = useSession();
  const { client, clock, end } = session;
  const headquarters = useMemo(() => ({ client, clock, onSessionEnded: end }), [client, clock, end]);
  return (
    <I18nProvider locale={language === 'ja' ? 'ja-JP' : 'en-GB'}>
      <HeadquartersContext.Provider value={headquarters}>
        <Screen session={session} />
      </HeadquartersContext.Provider>
    </I18nProvider>
  );
}

function Screen({ session: control }: { readonly session: SessionControl }) {
  const { t } = useTranslation();
  const { session } = control;
  switch (session.kind) {
    case 'checking':
      return (
        <main className="gate">
          <h1>{t('title')}</h1>
          {session.failure === undefined ? (
            <LoadingNotice words={t('signIn.checking')} />
          ) : (
            <FailureNotice failure={session.failure} onRetry={control.check} />
          )}
        </main>
      );
    case 'signed-out':
      return <SignInPage because={session.because} onSignedIn={control.signedIn} />;
    case 'signed-in':
      if (session.account.mustChangePassword) {
        return <PasswordPage account={session.account} onChanged={control.signedIn} onSignOut={control.signOut} />;
      }
      return (
        <LiveProvider>
          <SignedInFrame account={session.account} onSignOut={control.signOut} />
        </LiveProvider>
      );
  }
}
