export const KIOSK_HOST_ERROR_CODES = [
  'disk-full',
  'disk-failed',
  'wrong-pin',
  'too-many-attempts',
  'vault-exists',
  'vault-empty',
  'vault-damaged',
  'server-unreachable',
  'enrolment-refused',
  'host-gone',
  'another-window',
  'hub-unreachable',
  'not-a-hub',
] as const;
export type KioskHostErrorCode = (typeof KIOSK_HOST_ERROR_CODES)[number];

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
