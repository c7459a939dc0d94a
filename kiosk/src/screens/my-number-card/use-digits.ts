import { useEffect, useState } from 'react';

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
