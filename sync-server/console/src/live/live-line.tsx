import { useTranslation } from 'react-i18next';
import { formatTimeToTheSecond } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';
import { useFreshness } from './live-context.tsx';

const MARKS = { connecting: '…', current: '●', stale: '▲' } as const;

/** The line that says whether the screen shows the present, and if not, of when it is. */
export function LiveLine() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { kind, asOf } = useFreshness();
  const time = asOf === undefined ? undefined : formatTimeToTheSecond(asOf, language);
  return (
    <section
      className={`live-line live-line-${kind}`}
      aria-label={t('live.label')}
      data-testid="live-state"
      data-connected={kind === 'current'}
    >
      <span aria-hidden="true">{MARKS[kind]}</span>
      {kind === 'stale' ? (
        <span role="alert">{time === undefined ? t('live.staleUnknown') : t('live.stale', { time })}</span>
      ) : (
        <span>{kind === 'connecting' || time === undefined ? t('live.connecting') : t('live.current', { time })}</span>
      )}
    </section>
  );
}
