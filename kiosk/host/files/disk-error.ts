import { KioskHostError } from '../kiosk-host-error.ts';
import { errorCode } from './durable-file.ts';

/** What a failed write comes to: no space or quota left is `disk-full`, all else `disk-failed`. */
export function diskError(cause: unknown): KioskHostError {
  const code = errorCode(cause);
  return new KioskHostError(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'disk-failed', { cause });
}
