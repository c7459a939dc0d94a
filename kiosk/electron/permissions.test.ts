import { describe, expect, it } from 'vitest';
import { isPermitted } from './permissions.ts';

const OWN = 'app://uketsuke/index.html';

describe('permissions', () => {
  it('are the camera and the wake lock, for the own page', () => {
    expect(isPermitted({ permission: 'media', requestingUrl: OWN, mediaTypes: ['video'] })).toBe(true);
    expect(isPermitted({ permission: 'screen-wake-lock', requestingUrl: OWN, mediaTypes: [] })).toBe(true);
  });

  it('are never the microphone, even together with the camera', () => {
    expect(isPermitted({ permission: 'media', requestingUrl: OWN, mediaTypes: ['video', 'audio'] })).toBe(false);
    expect(isPermitted({ permission: 'media', requestingUrl: OWN, mediaTypes: ['audio'] })).toBe(false);
  });

  it.each([
    'geolocation',
    'notifications',
    'usb',
    'serial',
    'hid',
    'clipboard-read',
    'openExternal',
    'fullscreen',
    'unknown',
  ])('are never %s', (permission) => {
    expect(isPermitted({ permission, requestingUrl: OWN, mediaTypes: [] })).toBe(false);
  });

  it('are nothing for another page', () => {
    expect(isPermitted({ permission: 'media', requestingUrl: 'https://example.jp/', mediaTypes: ['video'] })).toBe(
      false,
    );
  });
});
