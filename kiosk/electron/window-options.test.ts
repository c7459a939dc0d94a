import { describe, expect, it } from 'vitest';
import { windowOptions } from './window-options.ts';

describe('the window', () => {
  it('isolates the page from Node', () => {
    expect(windowOptions('/p.js', false).webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('keeps scanning at full speed when another window is in front', () => {
    expect(windowOptions('/p.js', false).webPreferences?.backgroundThrottling).toBe(false);
  });

  it('fills the screen unless told otherwise', () => {
    expect(windowOptions('/p.js', false).kiosk).toBe(true);
    expect(windowOptions('/p.js', true).kiosk).toBe(false);
  });
});
