import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import type { ScannerSaid } from './use-scanner.ts';

/** What is said of the scanner itself. Never in green: that is for those who have been admitted. */
export function ScannerPanel({ said }: { readonly said: ScannerSaid }) {
  const { t } = useTranslation();
  const works = said === 'works';
  return (
    <div
      className={`result result-${works ? 'returned' : 'attention'}`}
      role="status"
      aria-live="assertive"
      data-testid="scanner-said"
      data-kind={said}
    >
      <h2 className="result-title">
        <span className="result-icon">
          <Icon name={works ? 'check' : 'warning'} />
        </span>
        {t(`scanner.${said}.title`)}
      </h2>
      <div className="result-body">
        <p className="result-next">{t(`scanner.${said}.next`)}</p>
      </div>
    </div>
  );
}
