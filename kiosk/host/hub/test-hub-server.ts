import 'reflect-metadata';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** A key and a certificate signed by itself, as a hub makes at its first start. */
export async function newTestCertificate() {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Uketsuke hub of a test',
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
    },
    crypto,
  );
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const der = Buffer.from(certificate.rawData);
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
    certificateSha256: createHash('sha256').update(der).digest('base64url'),
  };
}

/** A real HTTPS server in a hub's place, for the tests of the way there. */
export class TestHubServer {
  readonly certificateSha256: string;
  /** What it answers; may be changed at any time. */
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end();
  /** Requests that came, in order. */
  readonly asked: IncomingMessage[] = [];
  readonly #server: Server;

  private constructor(certificate: Awaited<ReturnType<typeof newTestCertificate>>) {
    this.certificateSha256 = certificate.certificateSha256;
    this.#server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
      this.asked.push(request);
      this.answer(request, response);
    });
  }

  static async start(port = 0): Promise<TestHubServer> {
    const hub = new TestHubServer(await newTestCertificate());
    await new Promise<void>((resolve) => hub.#server.listen(port, '127.0.0.1', resolve));
    return hub;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** As a kiosk would use it. */
  get inUse() {
    return { origin: this.origin, certificateSha256: this.certificateSha256 };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
