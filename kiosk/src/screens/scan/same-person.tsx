import type { ResidentId } from '@uketsuke/shared/identifiers';
import { type Answers, allOthers, allTheSame, type Doubt, type RosterEntry } from '@uketsuke/shared/roster';
import { useMemo, useState } from 'react';
import { Button, ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Frame } from '../my-number-card/panel-frame.tsx';
import { formatMoment } from '../times.ts';

interface SamePersonProps {
  readonly doubts: readonly Doubt[];
  readonly onAnswer: (answers: Answers) => void;
  /** Goes back without an answer; there is no such way where a card on the reader is taken away instead. */
  readonly onLeave?: () => void;
  readonly isSomebodyWaiting?: boolean;
  readonly now: () => number;
}

/**
 * Asks whether people at the desk are some who are here already, all at once; nobody is merged unless a person says so
 * (FLD-4). The answer that is right most often has the focus.
 */
export function SamePerson(props: SamePersonProps) {
  const { t } = useTranslation();
  const { doubts, onLeave, isSomebodyWaiting = false } = props;
  const [only, ...others] = doubts;
  return (
    <Frame show="same-person" look="attention" icon="people" title={t('reception.same.title')}>
      {isSomebodyWaiting && (
        <p className="same-waiting" role="alert" data-testid="same-waiting">
          {t('reception.same.waiting')}
        </p>
      )}
      <p className="my-number-lead">{t('reception.same.lead')}</p>
      {only !== undefined && others.length === 0 ? <One {...props} doubt={only} /> : <Several {...props} />}
      {onLeave !== undefined && (
        <Button className="button same-leave" data-testid="same-leave" onPress={onLeave}>
          {t('reception.same.leave')}
        </Button>
      )}
    </Frame>
  );
}

function One({ doubt, onAnswer, now }: SamePersonProps & { readonly doubt: Doubt }) {
  const { t } = useTranslation();
  const { member, entries } = doubt;
  return (
    <div className="my-number-ways">
      {entries.map((entry, at) => (
        <Button
          key={entry.residentId}
          className="button my-number-way"
          data-testid="same-person"
          autoFocus={at === 0}
          onPress={() => onAnswer(new Map([[member.residentId, entry.residentId]]))}
        >
          <span className="my-number-way-words">
            <PersonHere entry={entry} now={now} />
            <span className="same-line">{t('reception.same.yes')}</span>
          </span>
        </Button>
      ))}
      <Way testId="somebody-else" words={t('reception.same.no')} onPress={() => onAnswer(allOthers([doubt]))} />
    </div>
  );
}

/** Everybody is the same, or nobody, by one key; or each as they are. */
function Several({ doubts, onAnswer, now }: SamePersonProps) {
  const { t } = useTranslation();
  const same = useMemo(() => allTheSame(doubts), [doubts]);
  const [others, setOthers] = useState<ReadonlySet<ResidentId>>(new Set());
  const answers = useMemo(
    () => new Map([...same].map(([member, who]) => [member, others.has(member) ? ('somebody-else' as const) : who])),
    [same, others],
  );
  const sameCount = [...answers.values()].filter((who) => who !== 'somebody-else').length;
  const people = doubts.length;
  return (
    <>
      <div className="my-number-ways same-answers">
        <Way
          testId="same-people"
          isFirst
          words={
            sameCount === people
              ? t('reception.same.allYes', { people })
              : t('reception.same.mixed', { same: sameCount, others: people - sameCount })
          }
          onPress={() => onAnswer(answers)}
        />
        <Way
          testId="somebody-else"
          words={t('reception.same.allNo', { people })}
          onPress={() => onAnswer(allOthers(doubts))}
        />
      </div>
      <p>{t('reception.same.each')}</p>
      <ul className="same-people">
        {doubts.map(({ member, entries }) => {
          const entry = entries.find(({ residentId }) => residentId === same.get(member.residentId));
          // There are fewer here than came: one of them can only be somebody else.
          if (entry === undefined) return null;
          return (
            <li key={member.residentId}>
              <ToggleButton
                className="button same-choice"
                data-testid="same-choice"
                isSelected={!others.has(member.residentId)}
                onChange={(isSame) => setOthers((before) => withOrWithout(before, member.residentId, !isSame))}
              >
                <span className="my-number-way-words">
                  <PersonHere entry={entry} now={now} />
                </span>
                <span className="same-said">
                  {t(others.has(member.residentId) ? 'reception.same.isOther' : 'reception.same.isSame')}
                </span>
              </ToggleButton>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Way(props: {
  readonly testId: string;
  readonly words: string;
  readonly isFirst?: boolean;
  readonly onPress: () => void;
}) {
  return (
    <Button
      className="button my-number-way"
      data-testid={props.testId}
      autoFocus={props.isFirst === true}
      onPress={props.onPress}
    >
      <span className="my-number-way-words">
        <strong>{props.words}</strong>
      </span>
    </Button>
  );
}

function PersonHere({ entry, now }: { readonly entry: RosterEntry; readonly now: () => number }) {
  const { t, i18n } = useTranslation();
  const { person, admittedAt } = entry;
  return (
    <>
      <strong>
        {person.name.written} {person.name.kana}
      </strong>
      <span className="same-line">
        {t('reception.already.since', { time: formatMoment(admittedAt, i18n.language, now()) })}
      </span>
    </>
  );
}

function withOrWithout<Item>(before: ReadonlySet<Item>, item: Item, isIn: boolean): ReadonlySet<Item> {
  const after = new Set(before);
  if (isIn) after.add(item);
  else after.delete(item);
  return after;
}
