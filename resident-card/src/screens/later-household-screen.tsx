import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HouseholdScreen, HouseholdScreenProps } from './household-screen.tsx';
import { PageFrame } from './page-frame.tsx';

/** The form is half of the app's code, and not needed to show a card. */
const loadHouseholdScreen = () => import('./household-screen.tsx');

/** Fetches the form's code ahead, so that it is there when the network has gone. */
export function fetchHouseholdScreen(): void {
  // If it cannot be had now, it is asked for again when it is opened.
  loadHouseholdScreen().catch(() => undefined);
}

type Form = 'loading' | 'missing' | { readonly Screen: typeof HouseholdScreen };

/** The form; where its code cannot be had just now, words that say so. */
export function LaterHouseholdScreen(props: HouseholdScreenProps) {
  const [form, setForm] = useState<Form>('loading');
  useEffect(() => {
    let shown = true;
    loadHouseholdScreen().then(
      ({ HouseholdScreen: Screen }) => shown && setForm({ Screen }),
      () => shown && setForm('missing'),
    );
    return () => {
      shown = false;
    };
  }, []);
  if (form === 'missing') return <MissingScreen />;
  if (form === 'loading') return <PageFrame back>{null}</PageFrame>;
  return <form.Screen {...props} />;
}

function MissingScreen() {
  const { t } = useTranslation();
  return (
    <PageFrame back>
      <div className="stack" data-testid="form-missing">
        <h1>{t('missing.title')}</h1>
        <p className="notice notice-caution" role="alert">
          {t('missing.text')}
        </p>
        <button type="button" className="button button-main button-wide" onClick={() => window.location.reload()}>
          {t('unreadable.reload')}
        </button>
      </div>
    </PageFrame>
  );
}
