import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageFrame } from './page-frame.tsx';

interface PrintFrameProps {
  readonly title: string;
  readonly lead: string;
  /** Side of one module on paper, mm. */
  readonly moduleMm: number;
  /** What goes on paper. */
  readonly children: ReactNode;
}

/** Below this many mm a module is hard to read from an arm's length with a laptop's camera. */
const SMALL_MODULE_MM = 0.4;

/** A preview with the words around it that are not printed. */
export function PrintFrame({ title, lead, moduleMm, children }: PrintFrameProps) {
  const { t } = useTranslation();
  return (
    <PageFrame back>
      <div className="print-words">
        <h1>{title}</h1>
        <p>{lead}</p>
        <button
          type="button"
          className="button button-main button-wide button-large"
          data-testid="do-print"
          onClick={() => window.print()}
        >
          {t('print.doPrint')}
        </button>
        <ul className="plain-list hint">
          <li>{t('print.actualSize')}</li>
          <li data-testid="module-size">{t('print.moduleSize', { size: moduleMm.toFixed(2) })}</li>
          <li>{t('print.privacy')}</li>
        </ul>
        {moduleMm < SMALL_MODULE_MM && <p className="notice notice-caution">{t('print.moduleSmall')}</p>}
      </div>
      {children}
    </PageFrame>
  );
}
