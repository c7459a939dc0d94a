import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import testCode from './scanner-test-code.svg';

const STEPS = ['keyboard', 'layout', 'end', 'codes'] as const;

/** How a USB scanner is set, and a code to try it out with. */
export function ScannerSection() {
  const { t } = useTranslation();
  const titleId = useId();
  return (
    <section className="settings-section" aria-labelledby={titleId} data-testid="scanner">
      <h3 id={titleId}>
        <Icon name="qr" />
        {t('scanner.title')}
      </h3>
      <p className="hint">{t('scanner.lead')}</p>
      <div className="scanner-try">
        <img src={testCode} className="scanner-test-code" alt={t('scanner.testCode')} />
        <ol className="scanner-steps">
          {STEPS.map((step) => (
            <li key={step}>{t(`scanner.steps.${step}`)}</li>
          ))}
        </ol>
      </div>
    </section>
  );
}
