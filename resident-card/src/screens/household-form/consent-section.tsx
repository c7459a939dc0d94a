import { Checkbox } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { DraftForm } from './use-draft.ts';

const POINTS = ['consentHolds', 'consentReaders', 'consentServer', 'consentDevice'] as const;

/** Step 3: what happens with the data, and the consent. */
export function ConsentSection({ form }: { readonly form: DraftForm }) {
  const { t } = useTranslation();
  const problem = form.problemOf('consent');
  return (
    <section className="form-step" aria-labelledby="step-consent">
      <h2 id="step-consent">
        <span className="step-number">3</span>
        <span>{t('form.confirm')}</span>
      </h2>
      <dl className="consent-points">
        {POINTS.map((point) => (
          <div key={point}>
            <dt>{t(`form.${point}`)}</dt>
            <dd>{t(`form.${point}Text`)}</dd>
          </div>
        ))}
      </dl>
      <div id="entry-consent" className="entry">
        <Checkbox
          className="choice choice-box choice-wide"
          data-testid="consent"
          validationBehavior="aria"
          isSelected={form.draft.consent}
          isInvalid={problem !== undefined}
          onChange={(consent) => form.change({ consent })}
        >
          <span>{t('form.consent')}</span>
        </Checkbox>
        {problem !== undefined && <p className="error">{t(`problems.${problem}`)}</p>}
      </div>
    </section>
  );
}
