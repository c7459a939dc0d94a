import { LANGUAGE_NAMES } from '@uketsuke/shared/i18n';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { CONSOLE_LANGUAGES } from './catalogue.ts';
import { useLanguage } from './language.ts';

/** Chooses the page's language; every language is named in itself. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const language = useLanguage();
  const id = useId();
  return (
    <div className="language">
      <label className="visually-hidden" htmlFor={id}>
        {t('language')}
      </label>
      <select
        id={id}
        value={language}
        onChange={(event) => {
          void i18n.changeLanguage(event.currentTarget.value);
        }}
      >
        {CONSOLE_LANGUAGES.map((known) => (
          <option key={known} value={known} lang={known}>
            {LANGUAGE_NAMES[known]}
          </option>
        ))}
      </select>
    </div>
  );
}
