import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { drawQrCode, sharpSidePx } from '../card/qr-code.ts';
import type { StoredCard } from '../card/stored-card.ts';
import { validityOf } from '../card/validity.ts';
import { writtenMoment } from '../device/japan-time.ts';
import { useOnline } from '../device/online.ts';
import { goTo } from '../device/place-in-app.ts';
import type { CardKeeper } from './card-keeper.ts';
import { householdNames, ValidityLine } from './card-words.tsx';
import { ForgetButton } from './forget-button.tsx';
import { QrCode, useWindowSize } from './qr-code.tsx';
import { RevokeButton } from './revoke-button.tsx';
import { useSurroundings } from './surroundings.ts';

const PAGE_MARGINS_PX = 34;
const LARGEST_SIDE_PX = 440;

interface CardScreenProps {
  readonly card: StoredCard;
  readonly keeper: CardKeeper;
  readonly justReceived: boolean;
  readonly onChange: () => void;
}

/** The home screen once there is a card: the code first, then what can be done with it. */
export function CardScreen({ card, keeper, justReceived, onChange }: CardScreenProps) {
  const { t } = useTranslation();
  const { now } = useSurroundings();
  const online = useOnline();
  const validity = validityOf(card, now());
  const revoked = validity === 'revoked';
  return (
    <div className="card-screen">
      {justReceived && !revoked && (
        <div className="notice notice-good" role="status">
          <strong>{t('card.received')}</strong>
          <p>{t('card.receivedLead')}</p>
        </div>
      )}
      {!online && <p className="notice notice-caution">{t('app.offline')}</p>}
      {keeper.notKept && (
        <p className="notice notice-bad" role="alert">
          {t('app.notKept')}
        </p>
      )}
      <section className="card-face" aria-labelledby="card-title">
        <div className="card-heading">
          <h1 id="card-title">{t('card.title')}</h1>
          <span className={`chip chip-${validity}`} data-testid="card-validity" data-validity={validity}>
            {t(`validity.${validity}`)}
          </span>
        </div>
        {validity !== 'valid' && <p className={`validity-lead lead-${validity}`}>{t(`validity.${validity}Lead`)}</p>}
        {revoked ? (
          <button
            type="button"
            className="button button-main button-wide button-large"
            data-testid="renew"
            onClick={onChange}
          >
            {t('card.renew')}
          </button>
        ) : (
          <CardCode card={card} />
        )}
        <CardFacts card={card} keeper={keeper} />
      </section>
      {!revoked && <CardUses card={card} keeper={keeper} renew={validity === 'unknown'} onChange={onChange} />}
      <section className="card-part">
        <h2>{t('card.device')}</h2>
        <p>{t('card.deviceLead')}</p>
        <ForgetButton onForget={keeper.forget} />
      </section>
    </div>
  );
}

function CardCode({ card }: { readonly card: StoredCard }) {
  const { t } = useTranslation();
  const { width, pixelRatio } = useWindowSize();
  const drawing = useMemo(() => drawQrCode(card.code, 'M'), [card.code]);
  const available = Math.min(width - PAGE_MARGINS_PX, LARGEST_SIDE_PX);
  return (
    <>
      <p className="card-instruction">{t('card.instruction')}</p>
      <div className="qr-frame">
        <QrCode
          drawing={drawing}
          sidePx={sharpSidePx(available, drawing.sideModules, pixelRatio)}
          label={t('card.qrLabel', { names: householdNames(card).join('、') })}
          code={card.code}
          testId="card-qr"
        />
      </div>
      <button
        type="button"
        className="button button-main button-wide button-large"
        data-testid="show-large"
        onClick={() => goTo('show')}
      >
        {t('card.show')}
      </button>
    </>
  );
}

function CardFacts({ card, keeper }: { readonly card: StoredCard; readonly keeper: CardKeeper }) {
  const { t, i18n } = useTranslation();
  const moment = writtenMoment(Date.parse(card.lastState.checkedAt), i18n.language);
  const checks = {
    idle: t('validity.checkedAt', { moment }),
    checking: t('validity.checking'),
    failed: t('validity.notNow', { moment }),
  };
  return (
    <div className="card-facts">
      <ul className="card-names" translate="no">
        {card.household.members.map((member, at) => (
          <li key={member.residentId ?? at}>
            <span>{member.name.written}</span>
            {member.name.kana !== undefined && <small>{member.name.kana}</small>}
          </li>
        ))}
      </ul>
      <ValidityLine card={card} />
      <p className="hint">
        <span>{t('card.number')}</span>{' '}
        <span className="card-number" translate="no">
          {card.cardId}
        </span>
        <br />
        <span data-testid="card-check">{checks[keeper.check]}</span>
      </p>
    </div>
  );
}

interface CardUsesProps {
  readonly card: StoredCard;
  readonly keeper: CardKeeper;
  /** The server cannot replace this card, so a new one is made. */
  readonly renew: boolean;
  readonly onChange: () => void;
}

function CardUses({ card, keeper, renew, onChange }: CardUsesProps) {
  const { t } = useTranslation();
  return (
    <>
      <section className="card-part">
        <h2>{t('card.print')}</h2>
        <p>{t('card.printLead')}</p>
        <div className="two-buttons">
          <button type="button" className="button" data-testid="print-wallet" onClick={() => goTo('print-wallet')}>
            {t('print.wallet')}
          </button>
          <button type="button" className="button" data-testid="print-sheet" onClick={() => goTo('print-sheet')}>
            {t('print.sheet')}
          </button>
        </div>
      </section>
      <section className="card-part">
        <h2>{t('card.install')}</h2>
        <ul className="plain-list">
          <li>{t('card.installIos')}</li>
          <li>{t('card.installAndroid')}</li>
        </ul>
      </section>
      <section className="card-part">
        <h2>{t('card.change')}</h2>
        <p>{t('card.changeLead')}</p>
        <button type="button" className="button button-wide" data-testid="reissue" onClick={onChange}>
          {renew ? t('card.renew') : t('card.reissue')}
        </button>
      </section>
      <section className="card-part">
        <h2>{t('card.lost')}</h2>
        <p>{t('card.lostLead')}</p>
        <RevokeButton card={card} onRevoked={() => keeper.noteState(card, 'revoked')} />
      </section>
    </>
  );
}
