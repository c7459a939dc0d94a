import { faultOfPinB } from '@uketsuke/shared/my-number-card';
import { type FormEvent, useEffect, useRef } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardFlow } from '../../my-number-card/card-flow.ts';
import type { CardPanel, CardWay } from '../../my-number-card/card-panels.ts';
import { Icon } from '../icons.tsx';
import { useScannerGuard } from '../scanner-guard.ts';
import { DigitPad } from './digit-pad.tsx';
import { PinBParts } from './pin-b-parts.tsx';
import { useDigits } from './use-digits.ts';

const LENGTHS: Readonly<Record<CardWay, number>> = { pin: 4, 'pin-b': 14 };

type Entry = Extract<CardPanel, { show: 'entry' }>;

/** The digits that open the card, by keyboard or on the screen. They live here only, and not for long. */
export function DigitEntry({ entry, flow }: { readonly entry: Entry; readonly flow: CardFlow }) {
  const { t } = useTranslation();
  const { way, busy } = entry;
  const { digits, forgotten, type, clear } = useDigits(LENGTHS[way]);
  const full = digits.length === LENGTHS[way];
  const fault = way === 'pin-b' && full ? faultOfPinB(digits) : null;
  const ready = full && fault === null && !busy;
  const words = way === 'pin' ? 'pin' : 'pinB';
  const field = useRef<HTMLInputElement>(null);
  const scanner = useScannerGuard(digits, clear);
  // Whoever types goes on typing, also after a wrong number.
  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (scanner.refuses(null) || !ready) return;
    clear();
    void flow.submit(digits);
  };

  return (
    <form
      className="result result-returned digit-entry"
      data-testid="my-number-panel"
      data-show="entry"
      data-detail={way}
      data-busy={busy}
      onSubmit={submit}
    >
      <h2 className="result-title my-number-title">{t(`myNumber.entry.${words}Title`)}</h2>
      <div className="digit-entry-body">
        <div className="digit-entry-told">
          {way === 'pin' && <p className="my-number-lead">{t('myNumber.entry.pinLead')}</p>}
          <TextField
            className={`field digit-field digit-field-${way}`}
            value={digits}
            onChange={type}
            type={way === 'pin' ? 'password' : 'text'}
            inputMode="none"
            autoComplete="off"
            isReadOnly={busy}
          >
            <Label>{t(`myNumber.entry.${words}Label`)}</Label>
            <Input
              ref={field}
              data-testid="my-number-digits"
              maxLength={way === 'pin' ? 4 : 20}
              onKeyDown={(event) => scanner.keyDown(event, LENGTHS[way])}
            />
          </TextField>
          {way === 'pin-b' && <PinBParts digits={digits} />}
          <div className="digit-entry-message" aria-live="assertive">
            <EntryMessage entry={entry} fault={fault} forgotten={forgotten} scanned={scanner.refused} />
          </div>
        </div>
        <DigitPad
          canShuffle={way === 'pin'}
          isDisabled={busy}
          onDigit={(digit) => {
            scanner.changed();
            type(digits + digit);
          }}
          onBackspace={() => {
            scanner.changed();
            type(digits.slice(0, -1));
          }}
          onClear={() => {
            scanner.changed();
            clear();
          }}
        />
      </div>
      <div className="digit-entry-buttons">
        <Button className="button" data-testid="my-number-back" onPress={() => flow.back()}>
          <Icon name="back" />
          {t('myNumber.entry.back')}
        </Button>
        <Button type="submit" className="button button-main" data-testid="my-number-submit" isDisabled={!ready}>
          {t(busy ? 'myNumber.entry.busy' : 'myNumber.entry.submit')}
        </Button>
      </div>
    </form>
  );
}

function EntryMessage(props: {
  readonly entry: Entry;
  readonly fault: ReturnType<typeof faultOfPinB>;
  readonly forgotten: boolean;
  readonly scanned: boolean;
}) {
  const { t } = useTranslation();
  const { entry, fault, forgotten, scanned } = props;
  const { triesLeft, wrong } = entry;
  const last = triesLeft === 1;
  return (
    <>
      {wrong && (
        <p className="message message-bad" data-testid="my-number-wrong">
          <Icon name="stop" />
          {t('myNumber.entry.wrong')}
        </p>
      )}
      {scanned && (
        <p className="message message-bad" data-testid="my-number-scanned">
          <Icon name="warning" />
          {t('myNumber.entry.scanned')}
        </p>
      )}
      {fault !== null && fault !== 'incomplete' && (
        <p className="message message-bad" data-testid="my-number-fault">
          {t(`myNumber.entry.fault.${fault}`)}
        </p>
      )}
      {triesLeft !== null && (
        <p className={`message ${last ? 'message-bad' : ''}`} data-testid="my-number-tries" data-left={triesLeft}>
          {last && <Icon name="warning" />}
          {last ? t('myNumber.entry.oneTry') : t('myNumber.entry.tries', { count: triesLeft })}
        </p>
      )}
      {forgotten && <p className="message">{t('myNumber.entry.expiredDigits')}</p>}
    </>
  );
}
