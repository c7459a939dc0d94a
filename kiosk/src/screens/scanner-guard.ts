import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { DigitTyping } from '../devices/digit-typing.ts';

/**
 * Keeps what a USB scanner types into a field for digits from being sent, where it would be taken for a wrong PIN
 * (DSK-2): it is cleared as it comes, whatever ends it, and that is told.
 */
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
  const typed = (event: KeyboardEvent<HTMLInputElement>, length: number) => {
    const { key, timeStamp } = event;
    const { value, selectionStart, selectionEnd } = event.currentTarget;
    setRefused(false);
    if (/^[0-9０-９]$/.test(key)) {
      if (value !== '' && selectionStart === 0 && selectionEnd === value.length) changed();
      typing.digit(timeStamp, value.length >= length && selectionStart === selectionEnd);
    }
    // The field takes no letters, but a code that has some comes from a scanner no less.
    else typing.stray(timeStamp);
    if (!typing.isBurst) return;
    event.preventDefault();
    clear();
    setRefused(true);
  };
  return {
    refused,
    changed,
    refuses,
    /** A scanner was heard elsewhere on the page. */
    heard: () => {
      clear();
      setRefused(true);
    },
    keyDown: (event: KeyboardEvent<HTMLInputElement>, length: number) => {
      const { key, timeStamp } = event;
      if (key === 'Backspace' || key === 'Delete') changed();
      // Here and not when the form is sent, which it is not while the digits are too few: those would stay.
      else if (key === 'Enter') {
        if (refuses(timeStamp)) event.preventDefault();
      } else if (key === 'Tab') {
        if (typing.isScanners(timeStamp) && refuses(timeStamp)) event.preventDefault();
      } else if (key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) typed(event, length);
    },
  };
}
