import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { drawQrCode, type QrDrawing } from '../card/qr-code.ts';
import type { StoredCard } from '../card/stored-card.ts';
import { lastValidDayMs } from '../card/validity.ts';
import { writtenDate } from '../device/japan-time.ts';
import { householdNames, namedMembers } from './card-words.tsx';
import { PrintFrame } from './print-frame.tsx';
import { QrCode } from './qr-code.tsx';
import { useCityName } from './use-city-name.ts';

/** Side of the printed code with its quiet zone; the same number is in print.css. */
const WALLET_QR_MM = 50;
const NAMES_SHOWN = 5;

/** Two wallet cards of credit-card size (ISO/IEC 7810 ID-1) on one A4 page. */
export function PrintWalletScreen({ card }: { readonly card: StoredCard }) {
  const { t } = useTranslation();
  const drawing = useMemo(() => drawQrCode(card.code, 'Q'), [card.code]);
  return (
    <PrintFrame
      title={t('print.walletTitle')}
      lead={t('print.walletLead')}
      moduleMm={WALLET_QR_MM / drawing.sideModules}
    >
      <div className="wallet-paper">
        <WalletCard card={card} drawing={drawing} testId="print-qr" />
        <WalletCard card={card} drawing={drawing} testId="print-qr-spare" />
        <p className="cut-here">{t('print.cutHere')}</p>
      </div>
    </PrintFrame>
  );
}

interface WalletCardProps {
  readonly card: StoredCard;
  readonly drawing: QrDrawing;
  readonly testId: string;
}

function WalletCard({ card, drawing, testId }: WalletCardProps) {
  const { t, i18n } = useTranslation();
  const names = householdNames(card);
  const city = useCityName();
  return (
    <article className="wallet-card">
      <QrCode
        drawing={drawing}
        label={t('card.qrLabel', { names: names.join('、') })}
        code={card.code}
        testId={testId}
      />
      <div className="wallet-words">
        <p className="wallet-title">
          {city !== '' && <span translate="no">{`${city} `}</span>}
          <span>{t('print.cardTitle')}</span>
        </p>
        <ul className="wallet-names" translate="no">
          {namedMembers(card)
            .slice(0, NAMES_SHOWN)
            .map(({ key, name }) => (
              <li key={key}>{name}</li>
            ))}
          {names.length > NAMES_SHOWN && <li>{t('print.more', { count: names.length - NAMES_SHOWN })}</li>}
        </ul>
        <p className="wallet-small">
          <span>{t('print.cardUse')}</span>
          <br />
          <span>{t('print.until', { date: writtenDate(lastValidDayMs(card), i18n.language) })}</span>
          <br />
          <span translate="no">{card.cardId}</span>
        </p>
      </div>
    </article>
  );
}
