import type { SignedIn } from '@uketsuke/shared/contracts';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ImportBundlePage } from '../bundles/import-bundle-page.tsx';
import { LiveLine } from '../live/live-line.tsx';
import { hrefOf, type PageAddress } from '../navigation/page-address.ts';
import { usePageAddress } from '../navigation/use-page-address.ts';
import { OverviewPage } from '../overview/overview-page.tsx';
import { PersonPage } from '../people/person-page.tsx';
import { ShelterRosterPage } from '../roster/shelter-roster-page.tsx';
import { SearchPage } from '../search/search-page.tsx';
import { AdministrationPages } from './administration-pages.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame around every page once someone is signed in. */
export function SignedInFrame({ account, onSignOut }: { readonly account: SignedIn; readonly onSignOut: () => void }) {
  const { t } = useTranslation();
  const address = usePageAddress();
  const [words, setWords] = useState('');
  const main = useRef<HTMLElement>(null);
  const href = hrefOf(address);
  const firstHref = useRef(href);

  useEffect(() => {
    if (href === firstHref.current) return;
    firstHref.current = '';
    window.scrollTo(0, 0);
    main.current?.focus();
  }, [href]);

  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('navigation.skip')}
      </button>
      <TopBar account={account} address={address} onSignOut={onSignOut} />
      <LiveLine />
      <main className="page" tabIndex={-1} ref={main}>
        <AddressedPage address={address} account={account} words={words} onWords={setWords} />
      </main>
    </>
  );
}

function AddressedPage(props: {
  readonly address: PageAddress;
  readonly account: SignedIn;
  readonly words: string;
  readonly onWords: (words: string) => void;
}) {
  const { address, account } = props;
  switch (address.page) {
    case 'overview':
      return <OverviewPage role={account.role} />;
    case 'shelter':
      return <ShelterRosterPage key={address.shelterId} shelterId={address.shelterId} role={account.role} />;
    case 'search':
      return <SearchPage words={props.words} onWords={props.onWords} />;
    case 'bundles':
      return <ImportBundlePage role={account.role} />;
    case 'person':
      return <PersonPage key={address.residentId} residentId={address.residentId} />;
    case 'administration':
      // The server refuses it anyway (SEC-4); a bookmark of a former role leads to the overview.
      if (account.role !== 'hq') return <OverviewPage role={account.role} />;
      return <AdministrationPages part={address.part} shelterId={address.shelterId} />;
  }
}
