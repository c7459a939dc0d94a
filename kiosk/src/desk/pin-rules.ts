import { CodedError } from '@uketsuke/shared/coded-error';
import type { PinRefusal } from '@uketsuke/shared/errors';

export const PIN_MIN_DIGITS = 6;
export const PIN_MAX_DIGITS = 12;

/** A new PIN is not taken. */
export class PinRefusedError extends CodedError<PinRefusal> {
  override readonly name = 'PinRefusedError';
}

/** What is wrong with a new PIN, or nothing: digits only, neither one digit repeated nor a run like 123456. */
export function pinFault(pin: string): PinRefusal | undefined {
  if (!/^\d+$/.test(pin) || pin.length < PIN_MIN_DIGITS || pin.length > PIN_MAX_DIGITS) return 'pin-malformed';
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1 ? 'pin-too-simple' : undefined;
}
