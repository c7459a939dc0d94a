import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type HostRequest, hostAnswerSchema } from './host-messages.ts';

/** A process that can run a city's server or a hub. */
export class Host {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(program: string) {
    // Built already: without the parent's loader for TypeScript, which would read all of it again.
    this.#child = fork(program, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#exited = once(this.#child, 'exit');
  }

  /** Asks and waits; the address when something was started. Throws when it fails or the process ends. */
  async ask(request: HostRequest): Promise<string> {
    const answered = once(this.#child, 'message').then(([message]: unknown[]) => hostAnswerSchema.parse(message));
    const ended = this.#exited.then(() => ({ failed: 'the process ended' }));
    this.#child.send(request);
    const answer = await Promise.race([answered, ended]);
    if ('failed' in answer) throw new Error(`${request.do}: ${answer.failed}`);
    return answer.url ?? '';
  }

  /** SIGKILL: it is told nothing and finishes nothing. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

/** Keeps processes ready, so that a start after a kill takes no longer than opening the data. */
export class HostPool {
  readonly #program: string;
  readonly #idle: Host[] = [];

  constructor(program: string, ready: number) {
    this.#program = program;
    for (let made = 0; made < ready; made += 1) this.#idle.push(new Host(program));
  }

  take(): Host {
    const host = this.#idle.shift() ?? new Host(this.#program);
    if (this.#idle.length === 0) this.#idle.push(new Host(this.#program));
    return host;
  }

  /** Gives a process back whose server has been stopped. */
  giveBack(host: Host): void {
    this.#idle.unshift(host);
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((host) => host.kill()));
  }
}
