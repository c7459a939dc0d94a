import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseJson } from '@uketsuke/shared/json';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerHostCall } from '../host-messages.ts';
import type { KioskHostService } from '../kiosk-host-service.ts';
import { HOST_FRAME_MAX_BYTES, HOST_SOCKET_PATH, type HostFrame, pageFrameSchema } from './host-socket-messages.ts';
import { WindowRegistry } from './window-registry.ts';

const HELLO_WITHIN_MS = 5_000;

export interface HostSocketOptions {
  readonly server: Server;
  readonly host: KioskHostService;
  readonly token: string;
  /** Whether a request's Host and Origin are this host's own (against DNS rebinding and foreign pages). */
  readonly isOwn: (request: IncomingMessage) => boolean;
}

/** Serves the host's functions on the server's WebSocket path. */
export function serveHostSocket(options: HostSocketOptions): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: HOST_FRAME_MAX_BYTES });
  const windows = new WindowRegistry();
  options.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const isHostPath = (request.url ?? '').split('?')[0] === HOST_SOCKET_PATH;
    if (!isHostPath || request.headers.origin === undefined || !options.isOwn(request)) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => serveWindow(socket, windows, options));
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function serveWindow(socket: WebSocket, windows: WindowRegistry, { host, token }: HostSocketOptions): void {
  const send = (frame: HostFrame) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  };
  const refuse = (code: 'another-window' | 'host-gone') => {
    send({ frame: 'refused', code });
    socket.close();
  };
  const stopTelling = host.cardReader.subscribe((state) => {
    if (windows.isCurrent(socket)) send({ frame: 'news', news: state });
  });
  const lateHello = setTimeout(() => socket.terminate(), HELLO_WITHIN_MS);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearTimeout(lateHello);
    stopTelling();
    if (windows.release(socket)) host.vault.lock();
  });
  socket.on('message', (data, isBinary) => {
    const frame = pageFrameSchema.safeParse(isBinary ? undefined : parseJson(data.toString()));
    if (!frame.success) {
      refuse('host-gone');
    } else if (frame.data.frame === 'hello') {
      clearTimeout(lateHello);
      if (!sameToken(frame.data.token, token)) refuse('host-gone');
      else
        void windows.claim(socket).then((claimed) => (claimed ? send({ frame: 'welcome' }) : refuse('another-window')));
    } else if (windows.isCurrent(socket)) {
      const { number, call } = frame.data;
      void answerHostCall(host, call).then((answer) => send({ frame: 'answer', number, answer }));
    } else {
      refuse('host-gone');
    }
  });
}

function sameToken(given: string, expected: string): boolean {
  const left = Buffer.from(given, 'utf8');
  const right = Buffer.from(expected, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
