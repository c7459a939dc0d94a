import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron';

/** What the page may do in Electron: nothing but be a page. Every line is a decision; none is Electron's default left to chance. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    backgroundThrottling: false,
  };
}

/** The kiosk's one window: full screen without a frame, or an ordinary window when `windowed`. */
export function windowOptions(preload: string, windowed: boolean): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    kiosk: !windowed,
    autoHideMenuBar: true,
    backgroundColor: '#ffffff',
    show: false,
    webPreferences: webPreferences(preload),
  };
}
