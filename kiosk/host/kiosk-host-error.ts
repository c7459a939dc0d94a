import { CodedError } from '@uketsuke/shared/coded-error';
import type { KioskHostErrorCode } from '@uketsuke/shared/errors';

/** A host function failed. */
export class KioskHostError extends CodedError<KioskHostErrorCode> {
  override readonly name = 'KioskHostError';
  /** Seconds to wait, for `too-many-attempts`. */
  readonly retryAfterSeconds: number | undefined;
  constructor(code: KioskHostErrorCode, options?: ErrorOptions & { retryAfterSeconds?: number }) {
    super(code, `kiosk host: ${code}`, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
