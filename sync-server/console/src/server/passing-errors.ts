import type { ApiError } from '@uketsuke/shared/contracts';

/** Whether trying the same again later can help by itself. */
export function isPassing(error: ApiError): boolean {
  return error.code === 'unreachable' || error.code === 'database-unavailable' || error.code === 'internal';
}
