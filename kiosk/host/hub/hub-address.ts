import { HUB_PORT, readHubCode } from '@uketsuke/shared/hub';

/**
 * The origins that staff may mean by what they typed or scanned, the likeliest first: the text of a hub's QR, a web
 * address, or `host` or `host:port`. Only https; empty when it is no address.
 */
export function hubOriginsOf(given: string): readonly string[] {
  const text = given.normalize('NFKC').trim();
  const scanned = readHubCode(text);
  if (scanned !== null) return scanned;
  const url = httpsUrlOf(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null) return [];
  if (url.port !== '') return [url.origin];
  const withHubPort = new URL(url.origin);
  withHubPort.port = String(HUB_PORT);
  return [withHubPort.origin, url.origin];
}

function httpsUrlOf(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = url.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === '';
  return isPlain ? url : null;
}
