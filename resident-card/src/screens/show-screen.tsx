import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { drawQrCode, sharpSidePx } from '../card/qr-code.ts';
import type { StoredCard } from '../card/stored-card.ts';
import { goTo } from '../device/place-in-app.ts';
import { useScreenAwake } from '../device/screen-awake.ts';
import { householdNames, namedMembers, ValidityLine } from './card-words.tsx';
import { QrCode, useWindowSize } from './qr-code.tsx';

/** Room for the words above and below the code, CSS pixels. */
const WORDS_HEIGHT_PX = 250;

/** The code as large as the screen allows, on white, with the screen kept lit. */
export function ShowScreen({ card }: { readonly card: StoredCard }) {
  const { t } = useTranslation();
  const awake = useScreenAwake();
  const { width, height, pixelRatio } = useWindowSize();
  const drawing = useMemo(() => drawQrCode(card.code, 'M'), [card.code]);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  const beside = width > height;
  const available = beside ? Math.min(height, width * 0.6) : Math.min(width, Math.max(height - WORDS_HEIGHT_PX, 240));
  const names = householdNames(card);
  return (
    <main className={beside ? 'show show-beside' : 'show'}>
      <h1 className="show-title">{t('show.title')}</h1>
      <QrCode
        drawing={drawing}
        sidePx={sharpSidePx(available, drawing.sideModules, pixelRatio)}
        label={t('card.qrLabel', { names: names.join('、') })}
        code={card.code}
        testId="card-qr"
      />
      <div className="show-words">
        <p className="show-names" translate="no">
          {namedMembers(card)
            .slice(0, 6)
            .map(({ key, name }) => (
              <span key={key}>{name}</span>
            ))}
          {names.length > 6 && <span className="show-more">{t('show.family', { count: names.length - 6 })}</span>}
        </p>
        <ValidityLine card={card} />
        <p className="hint">
          <span>{t('show.bright')}</span>
          {awake && <span className="show-awake">{t('show.awake')}</span>}
        </p>
        <button
          ref={close}
          type="button"
          className="button button-wide"
          data-testid="close-show"
          onClick={() => goTo('home')}
        >
          {t('show.close')}
        </button>
      </div>
    </main>
  );
}
