import type { SignedIn } from '@uketsuke/shared/contracts';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../words/language-switch.tsx';
import { hrefOf, type Route } from './route.ts';

/** Name of the page, the way to its parts, who is signed in. */
export function TopBar(props: { readonly account: SignedIn; readonly route: Route; readonly onSignOut: () => void }) {
  const { t } = useTranslation();
  const { account, route } = props;
  const links: { readonly to: Route; readonly words: string; readonly here: boolean }[] = [
    {
      to: { page: 'overview' },
      words: t('navigation.overview'),
      here: route.page === 'overview' || route.page === 'shelter',
    },
    { to: { page: 'search' }, words: t('navigation.search'), here: route.page === 'search' || route.page === 'person' },
    { to: { page: 'bundles' }, words: t('navigation.bundles'), here: route.page === 'bundles' },
  ];
  if (account.role === 'hq') {
    links.push({
      to: { page: 'administration', part: 'devices' },
      words: t('navigation.administration'),
      here: route.page === 'administration',
    });
  }
  return (
    <header className="top-bar">
      <p className="top-name">
        <span className="top-product">{t('product')}</span>
        {t('title')}
      </p>
      <nav className="top-links" aria-label={t('navigation.label')}>
        {links.map((link) => (
          <a key={link.words} href={hrefOf(link.to)} aria-current={link.here ? 'page' : undefined}>
            {link.words}
          </a>
        ))}
      </nav>
      <div className="top-account">
        <LanguageSwitch />
        <span className="top-user">
          <span>{t('navigation.signedInAs', { username: account.username })}</span>
          <span className="hint">{t(`role.${account.role}`)}</span>
        </span>
        <Button className="button" onPress={props.onSignOut}>
          {t('navigation.signOut')}
        </Button>
      </div>
    </header>
  );
}
