import type { RosterEntry } from '@uketsuke/shared/roster';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardFlow } from '../../my-number-card/card-flow.ts';
import { formatMoment } from '../times.ts';
import { Frame } from './panel-frame.tsx';

/** Asks whether the card's owner is somebody who is here already; nothing is merged unless a person says so (FLD-4). */
export function SamePerson(props: {
  readonly entries: readonly RosterEntry[];
  readonly flow: CardFlow;
  readonly now: () => number;
}) {
  const { t, i18n } = useTranslation();
  const { entries, flow, now } = props;
  return (
    <Frame show="same-person" look="attention" icon="people" title={t('myNumber.same.title')}>
      <p className="my-number-lead">{t('myNumber.same.lead')}</p>
      <div className="my-number-ways">
        {entries.map(({ residentId, person, admittedAt }) => (
          <Button
            key={residentId}
            className="button my-number-way"
            data-testid="same-person"
            onPress={() => void flow.isWho(residentId)}
          >
            <span className="my-number-way-words">
              <strong>
                {person.name.written} {person.name.kana}
              </strong>
              <span>
                {t('reception.already.since', { time: formatMoment(admittedAt, i18n.language, now()) })}
                {' — '}
                {t('myNumber.same.yes')}
              </span>
            </span>
          </Button>
        ))}
        <Button
          className="button my-number-way"
          data-testid="somebody-else"
          onPress={() => void flow.isWho('somebody-else')}
        >
          <span className="my-number-way-words">
            <strong>{t('myNumber.same.no')}</strong>
          </span>
        </Button>
      </div>
    </Frame>
  );
}
