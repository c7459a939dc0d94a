import { useTranslation } from 'react-i18next';
import { useLanguage } from '../words/language.ts';
import { ageAt, isOldReport } from './age.ts';
import { formatFullDate } from './japan-time.ts';

/** "3 minutes ago", marked when it is old and a newer one was to be expected. `now` in ms since 1970 UTC. */
export function ReportAge(props: { readonly moment: string | null; readonly now: number; readonly expected: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (props.moment === null) return <span className="unknown">{t('age.never')}</span>;
  const { unit, count } = ageAt(props.moment, props.now);
  const old = props.expected && isOldReport(props.moment, props.now);
  return (
    <span className="report-age">
      <time dateTime={props.moment} title={formatFullDate(props.moment, language)}>
        {t(`age.${unit}`, { count })}
      </time>
      {old && (
        <span className="mark mark-caution" title={t('age.oldExplained')}>
          ▲ {t('age.old')}
        </span>
      )}
    </span>
  );
}
