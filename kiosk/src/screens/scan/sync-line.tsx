import { useTranslation } from 'react-i18next';
import type { DeskSnapshot } from '../../desk/desk-view.ts';
import { Icon, type IconName } from '../icons.tsx';
import { formatMoment } from '../times.ts';
import { type SyncWords, syncWordsOf } from './sync-words.ts';

const LOOK_ICONS: Readonly<Record<SyncWords['look'], IconName>> = {
  synced: 'check',
  waiting: 'sent',
  trouble: 'warning',
};

/** How many records headquarters has not acknowledged, since when, and why. */
export function SyncLine({ sync, clock, now }: Pick<DeskSnapshot, 'sync' | 'clock'> & { readonly now: () => number }) {
  const { t, i18n } = useTranslation();
  const words = syncWordsOf({ sync, clock }, (utc) => formatMoment(utc, i18n.language, now()));
  return (
    <footer
      className="sync"
      data-testid="sync"
      data-look={words.look}
      data-pending={sync.pending}
      data-trouble={sync.trouble ?? ''}
      data-quarantined={sync.quarantined}
      data-peer={sync.peer ?? ''}
      data-hub-trouble={sync.hubTrouble ?? ''}
      data-relay-pending={sync.relay?.pending ?? ''}
    >
      <Icon name={LOOK_ICONS[words.look]} />
      <h2 className="visually-hidden">{t('sync.title')}</h2>
      <p className="sync-words" role="status">
        <strong data-testid="sync-headline">{t(words.headline.key, words.headline.values)}</strong>
        {words.details.map((detail) => (
          <span key={detail.key}>{t(detail.key, detail.values)}</span>
        ))}
      </p>
    </footer>
  );
}
