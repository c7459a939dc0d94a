/** The one channel between the page and Electron's main process. */
export const HOST_CALL_CHANNEL = 'uketsuke-host-call';
