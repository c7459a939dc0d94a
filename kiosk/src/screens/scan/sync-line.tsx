import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { DeskSnapshot } from '../../desk/desk-view.ts';
import { Icon, type IconName } from '../icons.tsx';
import { formatMoment } from '../times.ts';
import type { SyncSentence } from './sync-concerns.ts';
import { type SyncWords, syncWordsOf } from './sync-words.ts';

const LOOK_ICONS: Readonly<Record<SyncWords['look'], IconName>> = {
  synced: 'check',
  waiting: 'sent',
  act: 'warning',
  call: 'phone',
};

/** How many records headquarters has not acknowledged, whether the desk can go on, and what to do (DSK-1). */
export function SyncLine({ sync, clock, now }: Pick<DeskSnapshot, 'sync' | 'clock'> & { readonly now: () => number }) {
  const { t, i18n } = useTranslation();
  const { look, headline, main, details } = syncWordsOf({ sync, clock }, (utc) =>
    formatMoment(utc, i18n.language, now()),
  );
  // A single remark on a calm line needs no button.
  const isShort = look === 'synced' && details.length === 1;
  return (
    <footer
      className="sync"
      data-testid="sync"
      data-look={look}
      data-pending={sync.pending}
      data-trouble={sync.trouble ?? ''}
      data-quarantined={sync.quarantined}
      data-peer={sync.peer ?? ''}
      data-hub-trouble={sync.hubTrouble ?? ''}
      data-relay-pending={sync.relay?.pending ?? ''}
    >
      <Icon name={LOOK_ICONS[look]} />
      <h2 className="visually-hidden">{t('sync.title')}</h2>
      <p className="sync-words" role="status">
        <strong data-testid="sync-headline">{t(headline.key, headline.values)}</strong>
        {[...main, ...(isShort ? details : [])].map(({ key, values }) => (
          <span key={key}>{t(key, values)}</span>
        ))}
      </p>
      {!isShort && details.length > 0 && <SyncDetails details={details} />}
    </footer>
  );
}

/** Opens above the line and keeps nobody from the desk: cards are taken meanwhile. */
function SyncDetails({ details }: { readonly details: readonly SyncSentence[] }) {
  const { t } = useTranslation();
  return (
    <DialogTrigger>
      <Button className="button sync-more" data-testid="sync-more">
        {t('sync.more')}
      </Button>
      <Popover className="sync-popover" placement="top end" isNonModal>
        <Dialog className="sync-details" data-testid="sync-details">
          <Heading slot="title">{t('sync.moreTitle')}</Heading>
          <ul>
            {details.map(({ key, values }) => (
              <li key={key}>{t(key, values)}</li>
            ))}
          </ul>
          <Button slot="close" className="button">
            {t('sync.close')}
          </Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
