/** The channel of the page's calls to Electron's main process. */
export const HOST_CALL_CHANNEL = 'uketsuke-host-call';
/** The channel of what the main process tells the page unasked: the card reader's state. */
export const HOST_NEWS_CHANNEL = 'uketsuke-host-news';
