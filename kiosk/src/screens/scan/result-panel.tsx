import { isNeedKey } from '@uketsuke/shared/household-entry';
import { ageOn, type Need } from '@uketsuke/shared/person';
import type { RosterEntry } from '@uketsuke/shared/roster';
import { useTranslation } from 'react-i18next';
import type { Told } from '../../reception/desk-line.ts';
import { Icon, type IconName } from '../icons.tsx';
import { ScrollArea } from '../scroll-area.tsx';
import { formatMoment, localDay } from '../times.ts';
import type { Named, ResultLook, ResultWords } from './result-words.ts';

const LOOK_ICONS: Readonly<Record<ResultLook, IconName>> = {
  good: 'check',
  returned: 'back',
  attention: 'clock',
  bad: 'stop',
  undone: 'undo',
};

/** Shown while no result is: what to do now. */
export function Ready({ working, takesMyNumber }: { readonly working: boolean; readonly takesMyNumber: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="result result-ready" data-testid="ready" data-working={working}>
      <span className="ready-icon">
        <Icon name="qr" />
      </span>
      <p className="ready-title">{t(working ? 'scan.working' : 'scan.ready')}</p>
      <p className="ready-hint">{t('scan.readyHint')}</p>
      {takesMyNumber && <p className="ready-hint">{t('myNumber.reader.ready')}</p>}
    </div>
  );
}

/** What became of the last card, in big type. */
export function ResultPanel(props: { readonly told: Told; readonly words: ResultWords; readonly now: () => number }) {
  const { told, words, now } = props;
  const { t } = useTranslation();
  return (
    <div
      className={`result result-${words.look}`}
      role="status"
      aria-live="assertive"
      aria-atomic="true"
      data-testid="result"
      {...marksOf(told)}
    >
      <h2 className="result-title">
        <span className="result-icon">
          <Icon name={LOOK_ICONS[words.look]} />
        </span>
        {t(words.title)}
        {words.named.as === 'entries' && <ResultMeasure people={words.named.entries} />}
      </h2>
      <ScrollArea className="result-body" label={t(words.title)}>
        {words.remark !== null && (
          <p className="result-remark">
            <Icon name="warning" />
            {t(words.remark)}
          </p>
        )}
        <Whom named={words.named} now={now} />
        {words.next !== null && <p className="result-next">{t(words.next)}</p>}
        <WhoWasHere named={words.named} now={now} />
      </ScrollArea>
    </div>
  );
}

/** What tests and measurements know a result by. */
function marksOf({ outcome }: Told) {
  return {
    'data-kind': outcome.kind,
    'data-event-id': 'eventId' in outcome ? outcome.eventId : undefined,
    'data-card-id': 'cardId' in outcome ? (outcome.cardId ?? undefined) : undefined,
    'data-refusal': 'refusal' in outcome ? outcome.refusal : undefined,
    'data-reason': 'reason' in outcome ? outcome.reason : undefined,
  };
}

interface WhomProps {
  readonly named: Named;
  readonly now: () => number;
}

function Whom({ named, now }: WhomProps) {
  const { t } = useTranslation();
  switch (named.as) {
    case 'entries':
      return <People entries={named.entries} showTimes={named.showTimes} size={sizeOf(named)} now={now} />;
    case 'names': {
      const names = named.names.map((name) => t('common.sir', { name }));
      return names.length > 0 && <p className="person-name">{names.join(t('common.listSeparator'))}</p>;
    }
    case 'nobody':
      return null;
  }
}

/** Members of the household who were here before. */
function WhoWasHere({ named, now }: WhomProps) {
  const { t } = useTranslation();
  if (named.as !== 'entries' || named.already.length === 0) return null;
  return (
    <>
      <h3 className="result-already">{t('reception.already.some')}</h3>
      <People entries={named.already} showTimes size={sizeOf(named)} now={now} />
    </>
  );
}

function sizeOf({ entries, already }: Extract<Named, { as: 'entries' }>): number {
  return entries.length + already.length;
}

/** How many people, and what stay they were admitted to. */
function ResultMeasure({ people: [first, ...others] }: { readonly people: readonly RosterEntry[] }) {
  const { t } = useTranslation();
  if (first === undefined) return null;
  return (
    <span className="result-size">
      <span className="result-stay">{t(`terms.stay.${first.stay}`)}</span>
      {others.length > 0 && t('reception.admitted.members', { count: others.length + 1 })}
    </span>
  );
}

interface PeopleProps {
  readonly entries: readonly RosterEntry[];
  readonly showTimes: boolean;
  /** How many people the whole result names: the more, the smaller each. */
  readonly size: number;
  readonly now: () => number;
}

function People({ entries, showTimes, size, now }: PeopleProps) {
  if (entries.length === 0) return null;
  return (
    <ul className={peopleClass(size)}>
      {entries.map((entry) => (
        <PersonItem key={entry.residentId} entry={entry} showTime={showTimes} now={now} />
      ))}
    </ul>
  );
}

function peopleClass(size: number): string {
  if (size > 4) return 'people people-many people-dense';
  return size > 2 ? 'people people-many' : 'people';
}

function PersonItem(props: { readonly entry: RosterEntry; readonly showTime: boolean; readonly now: () => number }) {
  const { t, i18n } = useTranslation();
  const { entry, showTime, now } = props;
  const { name, needs, birthDate } = entry.person;
  const age = birthDate && ageOn(birthDate, localDay(now()));
  return (
    <li className="person">
      {name.kana !== undefined && <span className="person-kana">{name.kana}</span>}
      <span className="person-name">
        {name.written}
        {age !== undefined && <span className="person-age">{t('reception.age', { age })}</span>}
      </span>
      {showTime && (
        <span className="person-time">
          {t('reception.already.since', { time: formatMoment(entry.admittedAt, i18n.language, now()) })}
        </span>
      )}
      {needs.length > 0 && (
        <ul className="needs" aria-label={t('reception.needs')}>
          {needs.map((need) => (
            <NeedChip key={`${need.kind}/${need.detail}`} need={need} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** A need with its picture and words; the detail of another need is the resident's own text. */
function NeedChip({ need }: { readonly need: Need }) {
  const { t } = useTranslation();
  const key = `${need.kind}/${need.detail}`;
  const words = isNeedKey(key) ? t(`terms.need.${key}`) : need.detail;
  const kind = need.kind === 'language' || need.kind === 'pet' ? `${t(`terms.needKind.${need.kind}`)}: ` : '';
  return (
    <li className={`need need-${need.kind}`}>
      <Icon name={need.kind} />
      {kind}
      {words}
    </li>
  );
}
