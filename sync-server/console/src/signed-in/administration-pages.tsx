import type { ShelterId } from '@uketsuke/shared/identifiers';
import { useTranslation } from 'react-i18next';
import { RevokeCardPage } from '../cards/revoke-card-page.tsx';
import { DevicesPage } from '../devices/devices-page.tsx';
import { KeysPage } from '../keys/keys-page.tsx';
import { ADMINISTRATION_PAGES, type AdministrationPage, hrefOf } from '../navigation/page-address.ts';
import { QuarantinePage } from '../quarantine/quarantine-page.tsx';
import { ShelterAdministrationPage } from '../shelters/shelter-administration-page.tsx';
import { NewStaffPage } from '../staff/new-staff-page.tsx';

/** The pages of role hq, with their own menu. */
export function AdministrationPages(props: {
  readonly part: AdministrationPage;
  readonly shelterId: ShelterId | undefined;
}) {
  const { t } = useTranslation();
  return (
    <div className="administration">
      <nav className="side-links" aria-label={t('administration.label')}>
        {ADMINISTRATION_PAGES.map((part) => (
          <a
            key={part}
            href={hrefOf({ page: 'administration', part })}
            aria-current={part === props.part ? 'page' : undefined}
          >
            {t(`administration.parts.${part}`)}
          </a>
        ))}
      </nav>
      <div className="administration-body">
        <Part part={props.part} shelterId={props.shelterId} />
      </div>
    </div>
  );
}

function Part({ part, shelterId }: { readonly part: AdministrationPage; readonly shelterId: ShelterId | undefined }) {
  switch (part) {
    case 'shelters':
      return <ShelterAdministrationPage />;
    case 'devices':
      return <DevicesPage shelterId={shelterId} />;
    case 'keys':
      return <KeysPage />;
    case 'cards':
      return <RevokeCardPage />;
    case 'staff':
      return <NewStaffPage />;
    case 'quarantine':
      return <QuarantinePage shelterId={shelterId} />;
  }
}
