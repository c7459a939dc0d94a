import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { DigitTyping } from '../../devices/digit-typing.ts';

/** Digits that nobody goes on with are cleared after this long, ms. */
const FORGOTTEN_AFTER_MS = 30_000;

/** Digits as typed, cleared when nobody goes on. */
export function useDigits(length: number) {
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
export function useScannerGuard(digits: string, clear: () => void) {
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
