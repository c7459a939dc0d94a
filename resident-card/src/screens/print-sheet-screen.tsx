import type { TFunction } from 'i18next';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { drawQrCode } from '../card/qr-code.ts';
import type { StoredCard } from '../card/stored-card.ts';
import { lastValidDayMs } from '../card/validity.ts';
import { writtenDate } from '../device/japan-time.ts';
import { householdNames, namedMembers } from './card-words.tsx';
import { PrintFrame } from './print-frame.tsx';
import { QrCode } from './qr-code.tsx';
import { useCityName } from './use-city-name.ts';

/** Side of the printed code with its quiet zone; the same number is in print.css. */
const SHEET_QR_MM = 145;
/** More names than this are set smaller, so that all stay on one page. */
const MANY_NAMES = 6;
/** The sheet may be read by anyone at the desk, so it always has both. */
const SHEET_LANGUAGES = ['ja', 'en'] as const;

/** One A4 page with a large code and how to use it, for those without a phone. */
export function PrintSheetScreen({ card }: { readonly card: StoredCard }) {
  const { t, i18n } = useTranslation();
  const drawing = useMemo(() => drawQrCode(card.code, 'Q'), [card.code]);
  const names = householdNames(card);
  const languages = useSheetLanguages();
  const city = useCityName();
  return (
    <PrintFrame title={t('print.sheetTitle')} lead={t('print.sheetLead')} moduleMm={SHEET_QR_MM / drawing.sideModules}>
      <article className="sheet">
        <header className="sheet-header">
          {city !== '' && (
            <p className="sheet-city" translate="no">
              {city}
            </p>
          )}
          {languages.map((language, at) => (
            <p key={language} className={at === 0 ? 'sheet-title' : 'sheet-subtitle'} lang={language}>
              {i18n.getFixedT(language)('print.sheetHeading')}
            </p>
          ))}
        </header>
        <QrCode
          drawing={drawing}
          label={t('card.qrLabel', { names: names.join('、') })}
          code={card.code}
          testId="print-qr"
        />
        <p className={names.length > MANY_NAMES ? 'sheet-names sheet-names-many' : 'sheet-names'} translate="no">
          {namedMembers(card).map(({ key, name }) => (
            <span key={key}>{name}</span>
          ))}
        </p>
        <div className="sheet-instructions">
          {languages.map((language) => (
            <SheetInstructions key={language} language={language} card={card} t={i18n.getFixedT(language)} />
          ))}
        </div>
      </article>
    </PrintFrame>
  );
}

/** The languages of the sheet whose words are there; the others follow as soon as they are fetched. */
function useSheetLanguages() {
  const { i18n } = useTranslation();
  const there = () => SHEET_LANGUAGES.filter((language) => i18n.hasResourceBundle(language, 'translation'));
  const [languages, setLanguages] = useState(there);
  useEffect(() => {
    let shown = true;
    // Without them the sheet is in Japanese alone.
    i18n.loadLanguages([...SHEET_LANGUAGES]).then(
      () => shown && setLanguages(SHEET_LANGUAGES.filter((each) => i18n.hasResourceBundle(each, 'translation'))),
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [i18n]);
  return languages;
}

interface SheetInstructionsProps {
  readonly language: (typeof SHEET_LANGUAGES)[number];
  readonly card: StoredCard;
  readonly t: TFunction;
}

function SheetInstructions({ language, card, t }: SheetInstructionsProps) {
  return (
    <section lang={language}>
      <h2>{t('print.sheetHow')}</h2>
      <ol>
        <li>{t('print.sheetStep1')}</li>
        <li>{t('print.sheetStep2')}</li>
        <li>{t('print.sheetStep3')}</li>
      </ol>
      <p>{t('print.sheetKeep')}</p>
      <p>{t('print.sheetLost')}</p>
      <p>{t('print.sheetNoCard')}</p>
      <p className="sheet-facts">
        <span>{t('card.number')}</span> <span translate="no">{card.cardId}</span> <span aria-hidden="true">・</span>{' '}
        <span>{t('print.until', { date: writtenDate(lastValidDayMs(card), language) })}</span>
      </p>
    </section>
  );
}
