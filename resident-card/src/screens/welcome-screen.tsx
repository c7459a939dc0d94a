import { hasContent } from '@uketsuke/shared/household-entry';
import { useTranslation } from 'react-i18next';
import { useOnline } from '../device/online.ts';
import { goTo } from '../device/place-in-app.ts';
import { PageFrame } from './page-frame.tsx';
import { useSurroundings } from './surroundings.ts';

/** The first screen, before there is a card. */
export function WelcomeScreen() {
  const { t } = useTranslation();
  const { memory } = useSurroundings();
  const online = useOnline();
  const draft = memory.draft();
  const begun = draft !== undefined && hasContent(draft);
  return (
    <PageFrame>
      <section className="welcome">
        <h1 className="welcome-title">{t('welcome.title')}</h1>
        <p className="lead">{t('welcome.lead')}</p>
        {!online && <p className="notice notice-caution">{t('app.offlineNoCard')}</p>}
        <button
          type="button"
          className="button button-main button-wide button-large"
          data-testid="start-registration"
          onClick={() => goTo('household')}
        >
          {begun ? t('welcome.continue') : t('welcome.start')}
        </button>
        <p className="hint centred">{t('welcome.minutes')}</p>
      </section>
      <section className="how" aria-labelledby="how-title">
        <h2 id="how-title">{t('welcome.how')}</h2>
        <ol className="steps">
          {([1, 2, 3] as const).map((step) => (
            <li key={step}>
              <span className="step-number" aria-hidden="true">
                {step}
              </span>
              <div>
                <strong>{t(`welcome.step${step}`)}</strong>
                <p>{t(`welcome.step${step}Detail`)}</p>
              </div>
            </li>
          ))}
        </ol>
        <p className="notice">{t('welcome.privacy')}</p>
        <p className="hint">{t('welcome.noApp')}</p>
      </section>
    </PageFrame>
  );
}
