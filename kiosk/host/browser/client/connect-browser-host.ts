import { parseJson } from '@uketsuke/shared/json';
import type { HostListener, ListenToHost } from '../../card-reader/remote-card-reader.ts';
import { hostOver } from '../../host-messages.ts';
import type { KioskHost } from '../../kiosk-host.ts';
import { KioskHostError } from '../../kiosk-host-error.ts';
import { HOST_SOCKET_PATH, hostFrameSchema, type PageFrame } from '../host-socket-messages.ts';

const TOKEN_KEY = 'uketsuke-host-token';
const RECONNECT_MS = 500;
/** A call made while the connection is down waits this long for it to come back. */
const CONNECT_WITHIN_MS = 3_000;

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: KioskHostError) => void;
}

/** The part of `window.location` that is needed. */
export type HostLocation = Pick<Location, 'host' | 'hash'>;

/**
 * Connects the page to its browser host. The token comes from the address (`#token=…`) or, after a reload, from
 * this tab's session storage.
 * @throws KioskHostError another-window, host-gone
 */
export async function connectBrowserHost(location: HostLocation): Promise<KioskHost> {
  const connection = new HostConnection(`ws://${location.host}${HOST_SOCKET_PATH}`, hostToken(location.hash));
  await connection.connect();
  return hostOver(
    (call) => connection.ask(call),
    (listener) => connection.listen(listener),
  );
}

function hostToken(hash: string): string {
  const given = new URLSearchParams(hash.slice(1)).get('token');
  if (given === null) return globalThis.sessionStorage?.getItem(TOKEN_KEY) ?? '';
  globalThis.sessionStorage?.setItem(TOKEN_KEY, given);
  return given;
}

/** One WebSocket at a time; comes back by itself when it breaks. */
class HostConnection {
  readonly #url: string;
  readonly #token: string;
  readonly #pending = new Map<number, Pending>();
  #nextNumber = 0;
  #listener: HostListener | null = null;
  #socket: Promise<WebSocket>;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#socket = Promise.reject(new KioskHostError('host-gone'));
    this.#socket.catch(() => undefined);
  }

  async connect(): Promise<void> {
    this.#socket = this.#open();
    await this.#socket;
  }

  /** Has the listener hear what the host tells unasked. */
  readonly listen: ListenToHost = (listener) => {
    this.#listener = listener;
  };

  /** Sends a call and gives its answer. Rejects with `host-gone` when the connection breaks before the answer. */
  async ask(call: unknown): Promise<unknown> {
    const socket = await withinTime(this.#socket);
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject });
      send(socket, { frame: 'call', number, call });
    });
  }

  #open(): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#url);
      let welcomed = false;
      socket.addEventListener('open', () => send(socket, { frame: 'hello', token: this.#token }));
      socket.addEventListener('message', (message) => {
        const frame = hostFrameSchema.safeParse(parseJson(String(message.data)));
        if (!frame.success) {
          socket.close();
        } else if (frame.data.frame === 'welcome') {
          welcomed = true;
          resolve(socket);
        } else if (frame.data.frame === 'refused') {
          reject(new KioskHostError(frame.data.code));
        } else if (frame.data.frame === 'news') {
          this.#listener?.news(frame.data.news);
        } else {
          this.#pending.get(frame.data.number)?.resolve(frame.data.answer);
          this.#pending.delete(frame.data.number);
        }
      });
      socket.addEventListener('close', () => {
        reject(new KioskHostError('host-gone'));
        if (welcomed) this.#broken();
      });
    });
  }

  #broken(): void {
    for (const { reject } of this.#pending.values()) reject(new KioskHostError('host-gone'));
    this.#pending.clear();
    this.#socket = this.#reopen();
    this.#socket.then(
      () => this.#listener?.reconnected(),
      () => undefined,
    );
  }

  async #reopen(): Promise<WebSocket> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      try {
        return await this.#open();
      } catch (cause) {
        if (cause instanceof KioskHostError && cause.code === 'another-window') throw cause;
      }
    }
  }
}

function send(socket: WebSocket, frame: PageFrame): void {
  socket.send(JSON.stringify(frame));
}

function withinTime(socket: Promise<WebSocket>): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new KioskHostError('host-gone')), CONNECT_WITHIN_MS);
    socket.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
