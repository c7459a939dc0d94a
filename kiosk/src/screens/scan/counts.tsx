import { stayKindSchema } from '@uketsuke/shared/reception';
import type { ShelterCounts } from '@uketsuke/shared/roster';
import { useTranslation } from 'react-i18next';

interface CountsProps {
  /** Not known until the desk has read its records. */
  readonly counts: ShelterCounts | undefined;
  /** Whether the server answered since the program started: only then other desks are counted. */
  readonly complete: boolean;
}

/** How many people are admitted now, in figures to be read across the table. Unknown is shown as unknown. */
export function Counts({ counts, complete }: CountsProps) {
  const { t, i18n } = useTranslation();
  const figure = (value: number | undefined) => value?.toLocaleString(i18n.language) ?? t('counts.unknown');
  return (
    <div className="counts">
      <h2 className="section-label">{t('counts.title')}</h2>
      <p className="counts-total">
        <span className="counts-label">{t('counts.admitted')}</span>
        <strong className="counts-figure" data-testid="admitted-count">
          {figure(counts?.admitted)}
        </strong>
        <span>{t('counts.people')}</span>
      </p>
      <dl className="counts-parts">
        {stayKindSchema.options.map((kind) => (
          <Part key={kind} label={t(`terms.stay.${kind}`)} value={figure(counts?.byStay[kind])} />
        ))}
        <Part label={t('counts.out')} value={figure(counts?.out)} />
        {counts !== undefined && counts.headcount > 0 && (
          <Part label={t('counts.headcount')} value={figure(counts.headcount)} />
        )}
      </dl>
      {!complete && <p className="hint">{t('counts.onlyHere')}</p>}
    </div>
  );
}

function Part({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
