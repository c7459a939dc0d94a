import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newHubCertificate } from '../../sync-server/src/hub/hub-certificate.ts';

const ERROR_PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** What stands before a server on the internet: it ends TLS and passes requests on, or answers with a page of its own. */
export class TlsFront {
  /** PEM, self-signed. */
  readonly certificate: string;
  /** While true, every request is answered with 502 and a page of HTML, and none is passed on. */
  isFailing = false;
  readonly #server: Server;

  private constructor(server: Server, certificate: string) {
    this.#server = server;
    this.certificate = certificate;
  }

  /** Listens on loopback; `target` is asked for every request. */
  static async start(target: () => number): Promise<TlsFront> {
    const { privateKey, certificate } = await newHubCertificate(Date.now());
    const server = createServer({ key: privateKey, cert: certificate });
    const front = new TlsFront(server, certificate);
    server.on('request', (incoming, outgoing) => {
      if (front.isFailing) failing(incoming, outgoing);
      else passOn(incoming, outgoing, target());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends what passes now, as a front does that loses its server. */
  endConnections(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

function failing(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  outgoing.writeHead(502, { 'content-type': 'text/html; charset=utf-8' });
  outgoing.end(ERROR_PAGE);
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => outgoing.destroy());
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
