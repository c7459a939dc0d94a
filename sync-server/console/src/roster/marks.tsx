import type { RosterPerson } from '@uketsuke/shared/contracts';
import type { Need } from '@uketsuke/shared/person';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../navigation/page-address.ts';
import { formatDayAndTime } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';
import { needWords } from './needs-words.ts';

/** The needs of a person, each as a small label. */
export function Needs({ needs }: { readonly needs: readonly Need[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (needs.length === 0) return <span className="hint">{t('roster.noNeeds')}</span>;
  return (
    <ul className="needs">
      {needs.map((need) => (
        <li key={`${need.kind}/${need.detail}`} className="need">
          {needWords(need, language)}
        </li>
      ))}
    </ul>
  );
}

/** Here, stepped out, left or moved; never by colour alone. */
export function PresenceMark({ presence }: { readonly presence: RosterPerson['presence'] }) {
  const { t } = useTranslation();
  return <span className={`mark mark-${presence}`}>{t(`terms.presence.${presence}`)}</span>;
}

/** What staff should look at: duplicates at other shelters, admissions repeated, doubtful times. */
export function Remarks({ person }: { readonly person: RosterPerson }) {
  const { t } = useTranslation();
  return (
    <div className="remarks">
      {person.duplicates.length > 0 && <DuplicateFlag person={person} />}
      {person.clockDoubtful && (
        <span className="mark mark-caution" title={t('roster.clockDoubtfulExplained')}>
          ▲ {t('roster.clockDoubtful')}
        </span>
      )}
      {person.repeatedAdmissions > 0 && (
        <span className="mark mark-plain">{t('roster.repeated', { count: person.repeatedAdmissions })}</span>
      )}
    </div>
  );
}

/** The other shelters where this person seems to be admitted too (FLD-5). */
function DuplicateFlag({ person }: { readonly person: RosterPerson }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="duplicate" data-testid="duplicate-flag">
      {person.duplicates.map((other) => (
        <div key={`${other.shelterId}/${other.residentId}`} title={t(`roster.matchExplained.${other.match}`)}>
          <span className="mark mark-bad">
            ▲ {t('roster.duplicate')}・{t(`roster.match.${other.match}`)}
          </span>{' '}
          <a className="table-link duplicate-where" href={hrefOf({ page: 'person', residentId: other.residentId })}>
            {t('roster.duplicateAt', {
              shelter: other.shelterName,
              time: formatDayAndTime(other.admittedAt, language),
            })}
          </a>
        </div>
      ))}
    </div>
  );
}
