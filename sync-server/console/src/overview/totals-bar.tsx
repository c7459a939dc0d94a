import { useTranslation } from 'react-i18next';
import { useNumbers } from '../words/numbers.ts';
import type { PartialSum, Totals } from './totals.ts';

/** The city's numbers in big type; says what they do not include. */
export function TotalsBar({ totals }: { readonly totals: Totals }) {
  const { t } = useTranslation();
  const number = useNumbers();
  return (
    <section className="totals" aria-label={t('overview.totals.heading')}>
      <dl>
        <div className="total total-main">
          <dt>{t('overview.totals.shelters')}</dt>
          <dd>
            <strong>{number(totals.open)}</strong>
            <span className="total-note">{t('overview.totals.ofShelters', { count: totals.shelters })}</span>
            {totals.stateUnknown > 0 && (
              <span className="total-note total-unknown">
                {t('overview.totals.stateUnknown', { count: totals.stateUnknown })}
              </span>
            )}
          </dd>
        </div>
        <Total words={t('overview.totals.admitted')} total={totals.admitted} main />
        <Total words={t('overview.totals.present')} total={totals.present} />
        <Total words={t('overview.totals.out')} total={totals.out} />
        <Total words={t('overview.totals.headcount')} total={totals.headcount} />
        <Total words={t('overview.totals.duplicates')} total={totals.duplicates} />
        <Total words={t('overview.totals.quarantined')} total={totals.quarantined} />
      </dl>
      {totals.admitted.unknown > 0 && (
        <p className="total-partial">
          <span aria-hidden="true">▲ </span>
          {t('overview.totals.partial', { count: totals.admitted.unknown })}
        </p>
      )}
    </section>
  );
}

function Total({
  words,
  total,
  main = false,
}: {
  readonly words: string;
  readonly total: PartialSum;
  readonly main?: boolean;
}) {
  const { t } = useTranslation();
  const number = useNumbers();
  return (
    <div className={main ? 'total total-main' : 'total'}>
      <dt>{words}</dt>
      <dd>
        {total.sum === null ? <span className="unknown">{t('unknown')}</span> : <strong>{number(total.sum)}</strong>}
      </dd>
    </div>
  );
}
