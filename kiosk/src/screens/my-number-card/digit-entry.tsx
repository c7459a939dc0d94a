import { faultOfPinB } from '@uketsuke/shared/my-number-card';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button, Group, Input, Label, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { DigitTyping } from '../../devices/digit-typing.ts';
import type { CardFlow } from '../../my-number-card/card-flow.ts';
import type { CardPanel, CardWay } from '../../my-number-card/card-panels.ts';
import { Icon } from '../icons.tsx';

/** Digits that nobody goes on with are cleared after this long, ms. */
const FORGOTTEN_AFTER_MS = 30_000;
const LENGTHS: Readonly<Record<CardWay, number>> = { pin: 4, 'pin-b': 14 };
/** Birth date, expiry year, security code. */
const PIN_B_PARTS = [
  { name: 'birth', length: 6 },
  { name: 'expiry', length: 4 },
  { name: 'code', length: 4 },
] as const;

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

/** Digits as typed, cleared when nobody goes on. */
function useDigits(length: number) {
  const [digits, setDigits] = useState('');
  const [forgotten, setForgotten] = useState(false);
  useEffect(() => {
    if (digits === '') return;
    const timer = setTimeout(() => {
      setDigits('');
      setForgotten(true);
    }, FORGOTTEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [digits]);
  return {
    digits,
    forgotten,
    type: (typed: string) => {
      setForgotten(false);
      setDigits(typed.normalize('NFKC').replaceAll(/\D/g, '').slice(0, length));
    },
    clear: () => setDigits(''),
  };
}

/** Keeps what a USB scanner types into the field from being sent to the card, which would take it for a wrong PIN. */
function useScannerGuard(digits: string, clear: () => void) {
  const typing = useRef(new DigitTyping()).current;
  const [refused, setRefused] = useState(false);
  const changed = () => {
    typing.changed();
    setRefused(false);
  };
  // Whatever emptied the field, what is typed next is judged by itself; the words stay until then.
  useEffect(() => {
    if (digits === '') typing.changed();
  }, [digits, typing]);
  /** Whether what is about to be sent came from a scanner; then it is cleared, and that is told. */
  const refuses = (enterAt: number | null): boolean => {
    const isScanners = typing.isScanners(enterAt);
    if (isScanners) {
      typing.changed();
      clear();
    }
    setRefused(isScanners);
    return isScanners;
  };
  return {
    refused,
    changed,
    refuses,
    keyDown: (event: KeyboardEvent<HTMLInputElement>, length: number) => {
      const { key, timeStamp } = event;
      const { value, selectionStart, selectionEnd } = event.currentTarget;
      if (key === 'Backspace' || key === 'Delete') changed();
      // Here and not when the form is sent, which it is not while the digits are too few: those would stay.
      else if (key === 'Enter' && refuses(timeStamp)) event.preventDefault();
      else if (/^[0-9０-９]$/.test(key)) {
        setRefused(false);
        if (value !== '' && selectionStart === 0 && selectionEnd === value.length) changed();
        typing.digit(timeStamp, value.length >= length && selectionStart === selectionEnd);
      }
      // The field takes no letters, but a code that has some comes from a scanner no less.
      else if (key.length === 1) typing.digit(timeStamp, false);
    },
  };
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

/** Where the three parts of the number stand on the card, and which of them is being typed. */
function PinBParts({ digits }: { readonly digits: string }) {
  const { t } = useTranslation();
  let from = 0;
  const parts = PIN_B_PARTS.map(({ name, length }) => {
    const typed = digits.slice(from, from + length);
    const current = digits.length >= from && digits.length < from + length;
    from += length;
    return { name, length, typed, current };
  });
  return (
    <ol className="pin-b-parts">
      {parts.map(({ name, length, typed, current }) => (
        <li key={name} data-current={current}>
          <span className="pin-b-digits" aria-hidden="true">
            {typed.padEnd(length, '・')}
          </span>
          <span>
            <strong>{t(`myNumber.entry.pinBParts.${name}`)}</strong> {t(`myNumber.entry.pinBParts.${name}Hint`)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function DigitPad(props: {
  /** What stands on the card for all to see need not be hidden from watchers. */
  readonly canShuffle: boolean;
  readonly isDisabled: boolean;
  readonly onDigit: (digit: string) => void;
  readonly onBackspace: () => void;
  readonly onClear: () => void;
}) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<readonly string[] | null>(null);
  const sorted = useRef([...'1234567890']).current;
  const [last, ...others] = [...(order ?? sorted)].reverse();
  const key = (digit: string) => (
    <Button
      key={digit}
      className="button pin-key"
      data-testid={`my-number-key-${digit}`}
      excludeFromTabOrder
      preventFocusOnPress
      isDisabled={props.isDisabled}
      onPress={() => props.onDigit(digit)}
    >
      {digit}
    </Button>
  );
  return (
    <Group className="digit-pad" aria-label={t('unlock.digits')}>
      <div className="pin-pad">
        {others.reverse().map(key)}
        <Button
          className="button pin-key digit-word"
          preventFocusOnPress
          isDisabled={props.isDisabled}
          onPress={props.onClear}
        >
          {t('myNumber.entry.clear')}
        </Button>
        {last !== undefined && key(last)}
        <Button
          className="button pin-key"
          aria-label={t('unlock.backspace')}
          preventFocusOnPress
          isDisabled={props.isDisabled}
          onPress={props.onBackspace}
        >
          <Icon name="backspace" />
        </Button>
      </div>
      {props.canShuffle && (
        <Button
          className="button digit-shuffle"
          data-testid="my-number-shuffle"
          onPress={() => setOrder((before) => (before === null ? shuffled(sorted) : null))}
        >
          {t(order === null ? 'myNumber.entry.shuffle' : 'myNumber.entry.unshuffle')}
        </Button>
      )}
    </Group>
  );
}

/** The digits in an order that whoever watches the fingers cannot know (Fisher–Yates). */
function shuffled(digits: readonly string[]): readonly string[] {
  const order = [...digits];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (at + 1);
    const [left = '', right = ''] = [order[at], order[other]];
    order[at] = right;
    order[other] = left;
  }
  return order;
}
