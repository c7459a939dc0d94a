import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu } from './language-menu.tsx';

/** The frame of every screen but the desk itself: name of the program, language, content. */
export function Page({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <header className="top-bar">
        <p className="top-bar-name">{t('app.name')}</p>
        <LanguageMenu />
      </header>
      <main className="page-main">{children}</main>
    </div>
  );
}
