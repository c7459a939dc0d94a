import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, protocol, type Session, safeStorage, session } from 'electron';
import { pcscService } from '../host/card-reader/pcsc-service.ts';
import { answerHostCall } from '../host/host-messages.ts';
import { createKioskHost, type KioskHostService } from '../host/kiosk-host-service.ts';
import { APP_SCHEME, answerAppRequest } from './app-protocol.ts';
import { HOST_CALL_CHANNEL, HOST_NEWS_CHANNEL } from './host-call-channel.ts';
import { hubRequestOf } from './hub-requests.ts';
import { APP_ORIGIN, mayNavigateTo } from './navigation-policy.ts';
import { outerSealOf } from './outer-seal.ts';
import { isPermitted } from './permissions.ts';
import { windowOptions } from './window-options.ts';

const uiDirectory = join(__dirname, '..', 'dist');
const preload = join(__dirname, 'preload.cjs');
const windowed = process.env['UKETSUKE_WINDOWED'] === '1';

app.enableSandbox();
protocol.registerSchemesAsPrivileged([APP_SCHEME]);
if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, address) => {
      if (!mayNavigateTo(address)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    window?.show();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.whenReady().then(open).catch(quitWith);
}

async function open(): Promise<void> {
  const outerSeal = outerSealOf(safeStorage, process.platform);
  const host = await createKioskHost({
    dataDirectory: process.env['DATA_DIR'] ?? join(app.getPath('userData'), 'kiosk'),
    kind: 'electron',
    version: app.getVersion(),
    smartCards: pcscService(),
    ...(outerSeal === undefined ? {} : { outerSeal }),
  });
  app.once('will-quit', () => void host.close());
  try {
    await openWindow(host);
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function openWindow(host: KioskHostService): Promise<void> {
  serve(host);
  limitPermissions(session.defaultSession);
  const window = new BrowserWindow(windowOptions(preload, windowed));
  window.once('ready-to-show', () => window.show());
  const stopTelling = host.cardReader.subscribe((state) => window.webContents.send(HOST_NEWS_CHANNEL, state));
  window.once('closed', stopTelling);
  // A page that is loaded anew, by locking the desk too, has to give the PIN again; so has one that crashed.
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) host.vault.lock();
  });
  window.webContents.on('render-process-gone', () => {
    host.vault.lock();
    window.reload();
  });
  await window.loadURL(`${APP_ORIGIN}/`);
}

function serve(host: KioskHostService): void {
  protocol.handle('app', async (request) => {
    const forHub = hubRequestOf(request);
    if (forHub !== null) return host.answerHubRequest(forHub);
    const { serverUrl } = await host.info();
    return answerAppRequest(request.url, { uiDirectory, serverUrl });
  });
  ipcMain.handle(HOST_CALL_CHANNEL, (event, message: unknown) =>
    mayNavigateTo(event.senderFrame?.url ?? '') ? answerHostCall(host, message) : { ok: false, code: 'host-gone' },
  );
}

function limitPermissions(of: Session): void {
  of.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const mediaTypes = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    answer(isPermitted({ permission, requestingUrl: details.requestingUrl, mediaTypes }));
  });
  of.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    const mediaTypes = details.mediaType === undefined ? [] : [details.mediaType];
    return isPermitted({ permission, requestingUrl: requestingOrigin, mediaTypes });
  });
}

/** A kiosk has no terminal: the reason stands in a window, and the next start finds nothing in its way. */
function quitWith(cause: unknown): void {
  console.error('The kiosk could not start.', cause);
  dialog.showErrorBox('受付を始められません / The kiosk cannot start', cause instanceof Error ? cause.message : '');
  app.exit(1);
}
