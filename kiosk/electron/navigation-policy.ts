/** Origin of the kiosk's own pages in Electron. */
export const APP_ORIGIN = 'app://uketsuke';

/** Whether the window may go to this address: the kiosk's own pages only. New windows are never allowed. */
export function mayNavigateTo(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === 'app:' && url.host === 'uketsuke' && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}
