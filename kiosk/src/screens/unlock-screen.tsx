import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { Button, Group, Input, Label, type PressEvent, ProgressBar, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { PIN_MAX_DIGITS } from '../desk/pin-rules.ts';
import { listenForScanner } from '../devices/wedge-listener.ts';
import { type Failure, failureOf } from './failures.ts';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';
import { useScannerGuard } from './scanner-guard.ts';
import type { OpenedDesk, OpeningProgress } from './services.ts';
import { useFailureWords } from './use-failure-words.ts';

/**
 * The locked kiosk: a PIN by keyboard or on the screen opens it. Whoever types goes on typing, also after a wrong PIN;
 * what a scanner types is no try (DSK-2).
 */
export function UnlockScreen({
  unlock,
  onUnlocked,
}: {
  readonly unlock: (pin: string, onProgress: (progress: OpeningProgress) => void) => Promise<OpenedDesk>;
  readonly onUnlocked: (opened: OpenedDesk) => void;
}) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [progress, setProgress] = useState<OpeningProgress | null>(null);
  const wait = useCountdown(failure);
  const waiting = failure?.code === 'too-many-attempts' && wait > 0;
  const busy = progress !== null;
  const ready = pin !== '' && !busy && !waiting;
  const field = useRef<HTMLInputElement>(null);
  const scanner = useScannerGuard(pin, () => setPin(''));
  useTypingFinds(field, busy || waiting);
  useScannerHeard(() => {
    if (!busy) scanner.heard();
    field.current?.focus();
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (scanner.refuses(null) || !ready) return;
    setFailure(null);
    setProgress({ done: 0, total: undefined });
    try {
      onUnlocked(await unlock(pin, setProgress));
    } catch (error) {
      setFailure(failureOf(error));
      setPin('');
      setProgress(null);
    }
  };

  return (
    <Page>
      <form className="unlock-card" onSubmit={submit}>
        <h1>{t('unlock.title')}</h1>
        <p className="lead">{t('unlock.lead')}</p>
        <TextField
          className="field unlock-field"
          value={pin}
          onChange={(value) => setPin(digitsOf(value))}
          type="password"
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          isReadOnly={busy}
        >
          <Label>{t('unlock.pin')}</Label>
          <Input ref={field} data-testid="unlock-pin" onKeyDown={(event) => scanner.keyDown(event, PIN_MAX_DIGITS)} />
        </TextField>
        <PinPad
          isDisabled={busy || waiting}
          onDigit={(digit) => {
            scanner.changed();
            setPin((before) => digitsOf(before + digit));
          }}
          onBackspace={() => {
            scanner.changed();
            setPin((before) => before.slice(0, -1));
          }}
          onMouse={() => field.current?.focus()}
        />
        <div aria-live="assertive" className="form-message">
          <UnlockMessage failure={failure} wait={wait} progress={progress} scanned={scanner.refused} />
        </div>
        <Button
          type="submit"
          className="button button-main button-wide"
          data-testid="unlock-submit"
          isDisabled={!ready}
        >
          {t('unlock.submit')}
        </Button>
      </form>
    </Page>
  );
}

function UnlockMessage(props: {
  readonly failure: Failure | null;
  readonly wait: number;
  readonly progress: OpeningProgress | null;
  readonly scanned: boolean;
}) {
  const { t } = useTranslation();
  const failureWords = useFailureWords('unlock.failed');
  const { failure, wait, progress, scanned } = props;
  if (progress !== null) return <Opening progress={progress} />;
  if (scanned) {
    return (
      <p className="message message-bad" data-testid="unlock-scanned">
        <Icon name="lock" />
        {t('unlock.scanned')}
      </p>
    );
  }
  if (failure === null) return null;
  if (failure.code === 'too-many-attempts' && wait === 0) return <p className="message">{t('unlock.lead')}</p>;
  return (
    <p className="message message-bad" data-testid="unlock-error" data-code={failure.code}>
      <Icon name="warning" />
      {failureWords({ ...failure, waitSeconds: wait })}
    </p>
  );
}

function Opening({ progress: { done, total } }: { readonly progress: OpeningProgress }) {
  const { t } = useTranslation();
  const known = total !== undefined && total > 0;
  const numbers = { done: done.toLocaleString(), total: total?.toLocaleString() };
  const detail = done === 0 && !known ? '' : t(known ? 'unlock.progress' : 'unlock.progressDone', numbers);
  return (
    <ProgressBar
      className="progress"
      aria-label={t('unlock.opening')}
      isIndeterminate={!known}
      value={known ? (done / total) * 100 : 0}
      valueLabel={detail}
    >
      <span>
        {t('unlock.opening')} {detail}
      </span>
      <progress className="progress-bar" aria-hidden="true" max={1} value={known ? done / total : undefined} />
    </ProgressBar>
  );
}

function PinPad(props: {
  readonly isDisabled: boolean;
  readonly onDigit: (digit: string) => void;
  readonly onBackspace: () => void;
  /** A mouse pressed a key: whoever has one may go on by keyboard, and Enter is to open, not to press that key again. */
  readonly onMouse: () => void;
}) {
  const { t } = useTranslation();
  const pressed = (act: () => void) => (event: PressEvent) => {
    act();
    if (event.pointerType === 'mouse') props.onMouse();
  };
  const key = (digit: string) => (
    <Button
      key={digit}
      className="button pin-key"
      isDisabled={props.isDisabled}
      onPress={pressed(() => props.onDigit(digit))}
    >
      {digit}
    </Button>
  );
  return (
    <Group className="pin-pad" aria-label={t('unlock.digits')}>
      {[...'123456789'].map(key)}
      <span />
      {key('0')}
      <Button
        className="button pin-key"
        aria-label={t('unlock.backspace')}
        isDisabled={props.isDisabled}
        onPress={pressed(props.onBackspace)}
      >
        <Icon name="backspace" />
      </Button>
    </Group>
  );
}

/**
 * Keeps the focus in the field: when it can be typed into again, and when somebody types digits while nothing that takes
 * them has the focus.
 */
function useTypingFinds(field: RefObject<HTMLInputElement | null>, isHeldUp: boolean): void {
  useEffect(() => {
    if (isHeldUp) return;
    field.current?.focus();
    const onKeyDown = ({ key, target, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
      const isCommand = ctrlKey || altKey || metaKey;
      if (/^[0-9０-９]$/.test(key) && !isCommand && !(target instanceof HTMLInputElement)) field.current?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [field, isHeldUp]);
}

/** A scanner types wherever the focus is: it must press no key of the pad, and whoever scans is told. */
function useScannerHeard(onHeard: () => void): void {
  const latest = useRef(onHeard);
  latest.current = onHeard;
  useEffect(() => listenForScanner(document, () => latest.current()), []);
}

/** Seconds left of the wait the failure imposes. */
function useCountdown(failure: Failure | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    let remaining = failure?.waitSeconds ?? 0;
    setLeft(remaining);
    if (remaining === 0) return;
    const timer = setInterval(() => {
      remaining = Math.max(0, remaining - 1);
      setLeft(remaining);
      if (remaining === 0) clearInterval(timer);
    }, 1_000);
    return () => clearInterval(timer);
  }, [failure]);
  return left;
}

function digitsOf(text: string): string {
  return text.normalize('NFKC').replaceAll(/\D/g, '').slice(0, PIN_MAX_DIGITS);
}
