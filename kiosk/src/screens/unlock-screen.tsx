import { type FormEvent, useEffect, useState } from 'react';
import { Button, Group, Input, Label, ProgressBar, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { PIN_MAX_DIGITS } from '../desk/pin-rules.ts';
import { type Failure, failureOf } from './failures.ts';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';
import type { OpenedDesk, OpeningProgress } from './services.ts';
import { useFailureWords } from './use-failure-words.ts';

/** The locked kiosk: a PIN by keyboard or on the screen opens it. */
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
  const ready = pin !== '' && progress === null && !waiting;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
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
          isDisabled={progress !== null}
        >
          <Label>{t('unlock.pin')}</Label>
          <Input data-testid="unlock-pin" />
        </TextField>
        <PinPad
          isDisabled={progress !== null || waiting}
          onDigit={(digit) => setPin((before) => digitsOf(before + digit))}
          onBackspace={() => setPin((before) => before.slice(0, -1))}
        />
        <div aria-live="assertive" className="form-message">
          <UnlockMessage failure={failure} wait={wait} progress={progress} />
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
}) {
  const { t } = useTranslation();
  const failureWords = useFailureWords('unlock.failed');
  const { failure, wait, progress } = props;
  if (progress !== null) return <Opening progress={progress} />;
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
}) {
  const { t } = useTranslation();
  const key = (digit: string) => (
    <Button key={digit} className="button pin-key" isDisabled={props.isDisabled} onPress={() => props.onDigit(digit)}>
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
        onPress={props.onBackspace}
      >
        <Icon name="backspace" />
      </Button>
    </Group>
  );
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
