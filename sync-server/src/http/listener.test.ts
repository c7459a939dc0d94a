import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { newHubCertificate } from '../hub/hub-certificate.ts';
import { type Listener, listen, type TlsIdentity } from './listener.ts';

const SHORT = { headMs: 300, silenceMs: 300, bodyMs: 600 };

let listener: Listener | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.stop();
  listener = undefined;
});

async function start(tls?: TlsIdentity): Promise<number> {
  const app = express();
  app.post('/{*path}', express.raw({ type: () => true }), (request, response) => {
    response.send(String(Buffer.isBuffer(request.body) ? request.body.length : 0));
  });
  app.get('/stream', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const beat = setInterval(() => response.write(': still here\n\n'), 50);
    response.on('close', () => clearInterval(beat));
  });
  listener = await listen(app, '127.0.0.1', 0, tls, SHORT);
  return Number(new URL(listener.url).port);
}

function open(port: number): { readonly socket: Socket; readonly closed: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let got = '';
  socket.on('data', (chunk) => {
    got += chunk;
  });
  socket.on('error', () => undefined);
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(got))) };
}

const POST = (path: string, length: number) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

describe('a connection that asks for nothing (SEC-8)', () => {
  it('is closed, whether it says nothing at all, stops in the head, or in the body', async () => {
    const port = await start();
    const said = ['', 'GET / HTTP/1.1\r\nHost: x\r\n', `${POST('/', 100)}abc`, `${POST('/hq/v1/bundles', 100)}abc`];
    const closed = said.map((text) => {
      const { socket, closed: end } = open(port);
      socket.write(text);
      return end;
    });
    await Promise.all(closed);
  });

  it('is closed while its body trickles in, but for an upload that is under way', async () => {
    const port = await start();
    const trickle = (path: string) => {
      const { socket, closed } = open(port);
      socket.write(POST(path, 20));
      const timer = setInterval(() => socket.write('x'), 100);
      return closed.finally(() => clearInterval(timer));
    };
    const upload = open(port);
    upload.socket.write(POST('/hub/v1/bundles', 12));
    let left = 12;
    const more = setInterval(() => {
      left -= 1;
      upload.socket.write('x');
      if (left === 0) clearInterval(more);
    }, 100);
    expect(await trickle('/sync/v1/events')).not.toContain('200 OK');
    expect(await upload.closed).toContain('200 OK');
  });

  it('is closed before a TLS handshake is done', async () => {
    const port = await start(await newHubCertificate(Date.now()));
    await open(port).closed;
    const secure = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    sockets.push(secure);
    secure.on('error', () => undefined);
    secure.resume();
    await new Promise((resolve) => secure.on('close', resolve));
  });

  it('is left alone while an answer streams', async () => {
    const port = await start();
    const { socket } = open(port);
    let beats = 0;
    socket.on('data', (chunk) => {
      beats += String(chunk).split('still here').length - 1;
    });
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    // As many as come in three times the patience.
    await expect.poll(() => beats, { timeout: 20_000 }).toBeGreaterThan(36);
    expect(socket.destroyed).toBe(false);
  });
});
