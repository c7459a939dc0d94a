import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** Address of who sends a request from another machine; undefined for this machine's own. */
export function senderAddress(request: IncomingMessage): string | undefined {
  const address = request.socket.remoteAddress ?? 'unknown';
  return LOOPBACK.test(address) ? undefined : address;
}
