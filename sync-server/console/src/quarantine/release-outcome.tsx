import type { QuarantineRelease, QuarantineReleaseAll } from '@uketsuke/shared/contracts';
import { useTranslation } from 'react-i18next';
import { Notice } from '../controls/notice.tsx';

export interface ReleaseOutcomeProps {
  /** The record's number. */
  readonly id: string;
  readonly result: QuarantineRelease;
}

/** Says what another try of one document came to. */
export function ReleaseOutcome({ id, result }: ReleaseOutcomeProps) {
  const { t } = useTranslation();
  if (result.outcome === 'released') return <Notice kind="good">{t('quarantine.released', { id })}</Notice>;
  if (result.outcome === 'not-whole') return <Notice kind="caution">{t('quarantine.notWhole')}</Notice>;
  const reason = t(`quarantine.reasons.${result.reason}`);
  return <Notice kind="caution">{t('quarantine.stays', { id, reason })}</Notice>;
}

/** Says what another try of many documents came to. */
export function ReleaseAllOutcome({ released, kept, notWhole }: QuarantineReleaseAll) {
  const { t } = useTranslation();
  return (
    <Notice kind={kept + notWhole > 0 ? 'caution' : 'good'}>
      <div data-testid="release-all-outcome">
        <p>{t('quarantine.releasedCount', { count: released })}</p>
        {kept > 0 && <p>{t('quarantine.staysCount', { count: kept })}</p>}
        {notWhole > 0 && <p>{t('quarantine.notWholeCount', { count: notWhole })}</p>}
      </div>
    </Notice>
  );
}
