import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { CodedError } from '@uketsuke/shared/coded-error';
import type { HubInUse } from './hub-in-use.ts';

/** Between the call and the end of the TLS handshake, ms. */
const CONNECT_WITHIN_MS = 5_000;

/** Something else than the hub in use answers at its address: it showed another certificate. */
export class HubCertificateError extends CodedError<'hub-changed'> {
  override readonly name = 'HubCertificateError';
  constructor() {
    super('hub-changed', 'the hub shows another certificate');
  }
}

/**
 * Opens a TLS connection to an origin, whoever answers there: a hub's certificate is signed by itself. The handshake
 * proves that the other side holds the certificate's key. Each request has a connection of its own: a connection kept
 * open would be found dead only by the next request.
 * @throws the system's error, or an abort
 */
export function connectHub(origin: string, signal: AbortSignal): Promise<TLSSocket> {
  const url = new URL(origin);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    });
    const timer = setTimeout(() => socket.destroy(new Error('no TLS connection in time')), CONNECT_WITHIN_MS);
    const abort = () => socket.destroy(new Error('no longer wanted'));
    const settled = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort);
    socket.once('secureConnect', () => {
      settled();
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('close', () => {
      settled();
      reject(new Error('closed before the handshake ended'));
    });
    socket.once('error', reject);
    // An error after the handshake belongs to whoever uses the socket; without a listener it would end the program.
    socket.on('error', () => undefined);
  });
}

/**
 * The same, only to the hub in use: another certificate ends the connection before a byte of ours is sent (HUB-2).
 * @throws HubCertificateError, the system's error, or an abort
 */
export async function connectPinned(hub: HubInUse, signal: AbortSignal): Promise<TLSSocket> {
  const socket = await connectHub(hub.origin, signal);
  if (certificateSha256Of(socket) === hub.certificateSha256) return socket;
  socket.destroy();
  throw new HubCertificateError();
}

/** SHA-256 of the DER of the certificate that the other side showed, base64url. */
export function certificateSha256Of(socket: TLSSocket): string {
  return createHash('sha256').update(socket.getPeerCertificate().raw).digest('base64url');
}
