import { useTranslation } from 'react-i18next';
import type { RecentAdmission } from '../../desk/desk-view.ts';
import { ScrollArea } from '../scroll-area.tsx';
import { formatMoment } from '../times.ts';

const NAMES_SHOWN = 3;

/** This desk's last admissions, newest first. */
export function RecentList({
  recent,
  now,
}: {
  readonly recent: readonly RecentAdmission[];
  readonly now: () => number;
}) {
  const { t } = useTranslation();
  return (
    <div className="recent-list">
      <h2 className="section-label">{t('recent.title')}</h2>
      {recent.length === 0 ? (
        <p className="hint">{t('recent.none')}</p>
      ) : (
        <ScrollArea className="recent-scroll" label={t('recent.title')}>
          <ol className="recent-items" data-testid="recent">
            {recent.map((admission) => (
              <RecentItem key={admission.eventId} admission={admission} now={now} />
            ))}
          </ol>
        </ScrollArea>
      )}
    </div>
  );
}

function RecentItem({ admission, now }: { readonly admission: RecentAdmission; readonly now: () => number }) {
  const { t, i18n } = useTranslation();
  const { eventId, admittedAt, names, voided } = admission;
  const shown = names.slice(0, NAMES_SHOWN);
  const more = names.length - shown.length;
  return (
    <li className="recent-item" data-event-id={eventId} data-voided={voided}>
      <time dateTime={admittedAt}>{formatMoment(admittedAt, i18n.language, now())}</time>
      <span className="recent-names">
        {shown.map((name) => (
          <span key={`${name.written} ${name.kana ?? ''}`} className="recent-name">
            <span className="recent-written">{name.written}</span>
            {name.kana !== undefined && <span className="recent-kana">{name.kana}</span>}
          </span>
        ))}
        {more > 0 && <span>{t('recent.others', { count: more })}</span>}
      </span>
      {voided && <span className="mark">{t('recent.voided')}</span>}
    </li>
  );
}
