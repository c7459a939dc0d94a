import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface WireOptions {
  /** Certificate (PEM) to trust, whatever names it has: a self-signed one that the caller knows. */
  readonly certificate?: string;
  /** Resolves host names; the system's resolver unless given. */
  readonly lookup?: LookupFunction;
}

/** `fetch` over connections of its own, so that each simulated kiosk stands alone; `close` ends them. */
export interface WireFetch {
  readonly fetch: typeof fetch;
  close(): void;
}

/**
 * A `fetch` on node's HTTP client: what the platform's own does not let be chosen in Node is chosen here (trusted
 * certificate, name resolution, whose connections are shared).
 */
export function openWireFetch(options: WireOptions = {}): WireFetch {
  const { certificate, lookup } = options;
  const common = { keepAlive: true, ...(lookup === undefined ? {} : { lookup }) };
  const http = new HttpAgent(common);
  const https = new HttpsAgent({
    ...common,
    ...(certificate === undefined ? {} : { ca: certificate, checkServerIdentity: () => undefined }),
  });
  return {
    fetch: async (input, init) => {
      const asked = new Request(input, init);
      const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
      // The caller's own signal: a Request holds the one it was given only weakly, and may lose it.
      const signal = init?.signal ?? asked.signal;
      return send({ asked, body, signal }, asked.url.startsWith('https:') ? { https } : { http });
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

interface Outgoing {
  readonly asked: Request;
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
}

function send(
  { asked, body, signal }: Outgoing,
  agents: { readonly http: HttpAgent } | { readonly https: HttpsAgent },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const options = {
      method: asked.method,
      headers: {
        ...Object.fromEntries(asked.headers),
        'accept-encoding': 'gzip',
        ...(body === null ? {} : { 'content-length': String(body.length) }),
      },
      signal,
    };
    const onAnswer = (incoming: IncomingMessage) => resolve(answerOf(incoming));
    const outgoing =
      'https' in agents
        ? httpsRequest(asked.url, { ...options, agent: agents.https }, onAnswer)
        : httpRequest(asked.url, { ...options, agent: agents.http }, onAnswer);
    outgoing.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    outgoing.end(body ?? undefined);
  });
}

function answerOf(incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = incoming.statusCode ?? 0;
  if (status === 204 || status === 304) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  return new Response(bodyOf(unpacked(incoming)), { status, headers });
}

function unpacked(incoming: IncomingMessage): Readable {
  if (incoming.headers['content-encoding'] !== 'gzip') return incoming;
  const gunzip = createGunzip();
  incoming.on('error', (error) => gunzip.destroy(error));
  incoming.on('aborted', () => gunzip.destroy(new Error('the connection ended in the middle')));
  return incoming.pipe(gunzip);
}

/** The body as the platform's stream of bytes. */
function bodyOf(readable: Readable): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      let isOver = false;
      const over = (end: () => void) => {
        if (isOver) return;
        isOver = true;
        end();
      };
      readable.on('data', (chunk: Buffer) => {
        if (isOver) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 1) <= 0) readable.pause();
      });
      readable.on('end', () => over(() => controller.close()));
      readable.on('error', (error) => over(() => controller.error(error)));
      readable.on('close', () => over(() => controller.error(new Error('the connection ended in the middle'))));
    },
    pull: () => {
      readable.resume();
    },
    cancel: () => {
      readable.destroy();
    },
  });
}
