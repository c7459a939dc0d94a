import { mayNavigateTo } from './navigation-policy.ts';

/** What Electron tells about a permission that a page asks for; a part of its own types. */
export interface PermissionRequest {
  readonly permission: string;
  /** The asking page's address. */
  readonly requestingUrl: string;
  /** For `media`: which of `video` and `audio`. */
  readonly mediaTypes: readonly string[];
}

/** Only the kiosk's own page, and only for the camera without sound and the screen's wake lock. */
export function isPermitted(request: PermissionRequest): boolean {
  if (!mayNavigateTo(request.requestingUrl)) return false;
  if (request.permission === 'screen-wake-lock') return true;
  return request.permission === 'media' && request.mediaTypes.every((type) => type === 'video');
}
