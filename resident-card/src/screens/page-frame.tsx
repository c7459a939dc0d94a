import { LANGUAGE_NAMES } from '@uketsuke/shared/i18n';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { goTo } from '../device/place-in-app.ts';
import { AVAILABLE_LANGUAGES } from '../i18n/catalogues.ts';
import { useCityName } from './use-city-name.ts';

interface PageFrameProps {
  readonly children: ReactNode;
  readonly back?: boolean;
}

/** Header with the city's name and the language, and the page under it. */
export function PageFrame({ children, back = false }: PageFrameProps) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <button type="button" className="button skip-link" onClick={focusContent}>
        {t('app.skip')}
      </button>
      <header className="page-header">
        <div className="page-header-inner">
          {back ? (
            <button type="button" className="button header-back" onClick={() => goTo('home')}>
              <span aria-hidden="true">‹</span>
              <span>{t('app.back')}</span>
            </button>
          ) : (
            <AppName />
          )}
          <LanguagePicker />
        </div>
      </header>
      <main id="content" className="page-content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** Not a link: a real jump would change the address after `#`, which names the screen. */
function focusContent() {
  document.getElementById('content')?.focus();
}

function AppName() {
  const { t } = useTranslation();
  const city = useCityName();
  return (
    <p className="app-name">
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="36" height="36" />
      <span>
        {city !== '' && <small translate="no">{city}</small>}
        <span>{t('app.name')}</span>
      </span>
    </p>
  );
}

function LanguagePicker() {
  const { t, i18n } = useTranslation();
  return (
    <select
      className="language-picker"
      aria-label={t('app.language')}
      data-testid="language"
      translate="no"
      value={i18n.language}
      onChange={(event) => void i18n.changeLanguage(event.target.value)}
    >
      {AVAILABLE_LANGUAGES.map((language) => (
        <option key={language} value={language} lang={language}>
          {LANGUAGE_NAMES[language]}
        </option>
      ))}
    </select>
  );
}
