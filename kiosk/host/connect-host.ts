import { connectBrowserHost, type HostLocation } from './browser/client/connect-browser-host.ts';
import { hostOver } from './host-messages.ts';
import type { KioskHost } from './kiosk-host.ts';

/** What Electron's preload puts on `window.uketsukeHost`: one call in, its answer out (see host-messages.ts). */
export interface ElectronBridge {
  call(message: unknown): Promise<unknown>;
}

/**
 * The host of this page: Electron's where its preload is there, else the browser host.
 * @throws KioskHostError another-window, host-gone
 */
export async function connectHost(page: {
  readonly location: HostLocation;
  readonly uketsukeHost?: ElectronBridge;
}): Promise<KioskHost> {
  const bridge = page.uketsukeHost;
  return bridge === undefined ? connectBrowserHost(page.location) : hostOver((call) => bridge.call(call));
}
