import { Turn } from '@uketsuke/shared/turn';
import type { WebSocket } from 'ws';

/** An open window that does not answer a ping for this long is gone (a crashed or reloading page). */
const ANSWER_WITHIN_MS = 1_500;

/** Lets one window at a time use the host: two would write two desks' events into one store. */
export class WindowRegistry {
  #current: WebSocket | null = null;
  readonly #claims = new Turn();

  /** Whether `socket` is now the one window. A window already there is asked first whether it still lives. */
  claim(socket: WebSocket): Promise<boolean> {
    return this.#claims.run(() => this.#claim(socket));
  }

  isCurrent(socket: WebSocket): boolean {
    return this.#current === socket;
  }

  /** Frees the place; true when it was this socket's. */
  release(socket: WebSocket): boolean {
    if (this.#current !== socket) return false;
    this.#current = null;
    return true;
  }

  async #claim(socket: WebSocket): Promise<boolean> {
    const holder = this.#current;
    if (holder !== null && (await stillLives(holder))) return false;
    if (holder !== null) {
      holder.terminate();
      this.release(holder);
    }
    if (socket.readyState !== socket.OPEN) return false;
    this.#current = socket;
    return true;
  }
}

function stillLives(socket: WebSocket): Promise<boolean> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (lives: boolean) => {
      clearTimeout(timer);
      socket.off('pong', onPong);
      socket.off('close', onClose);
      resolve(lives);
    };
    const onPong = () => settle(true);
    const onClose = () => settle(false);
    const timer = setTimeout(() => settle(false), ANSWER_WITHIN_MS);
    socket.once('pong', onPong);
    socket.once('close', onClose);
    socket.ping();
  });
}
