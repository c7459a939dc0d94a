import type { SignedIn } from '@uketsuke/shared/contracts';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { hrefOf, type PageAddress } from '../navigation/page-address.ts';
import { LanguageSwitch } from '../words/language-switch.tsx';

/** Name of the page, the way to its parts, who is signed in. */
export function TopBar(props: {
  readonly account: SignedIn;
  readonly address: PageAddress;
  readonly onSignOut: () => void;
}) {
  const { t } = useTranslation();
  const { account, address } = props;
  const links: { readonly to: PageAddress; readonly words: string; readonly here: boolean }[] = [
    {
      to: { page: 'overview' },
      words: t('navigation.overview'),
      here: address.page === 'overview' || address.page === 'shelter',
    },
    {
      to: { page: 'search' },
      words: t('navigation.search'),
      here: address.page === 'search' || address.page === 'person',
    },
    { to: { page: 'bundles' }, words: t('navigation.bundles'), here: address.page === 'bundles' },
  ];
  if (account.role === 'hq') {
    links.push({
      to: { page: 'administration', part: 'devices' },
      words: t('navigation.administration'),
      here: address.page === 'administration',
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
