import type { KioskHostErrorCode } from '@uketsuke/shared/errors';

/** A host function failed. */
export class KioskHostError extends Error {
  readonly code: KioskHostErrorCode;
  /** Seconds to wait, for `too-many-attempts`. */
  readonly retryAfterSeconds: number | undefined;
  constructor(code: KioskHostErrorCode, options?: ErrorOptions & { retryAfterSeconds?: number }) {
    super(`kiosk host: ${code}`, options);
    this.name = 'KioskHostError';
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
