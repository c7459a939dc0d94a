import * as z from 'zod';

/** Opens a stream of server-sent events; it ends when the signal aborts. */
export type OpenStream = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

/** What a browser has for several tabs of one origin. */
export interface TabTools {
  readonly locks: Pick<LockManager, 'request'>;
  readonly openChannel: () => Pick<BroadcastChannel, 'postMessage' | 'close' | 'addEventListener'>;
  /** Names this tab among the others. */
  readonly tab: string;
}

const LOCK = 'uketsuke-live';
const CHANNEL = 'uketsuke-live';

const messageSchema = z.discriminatedUnion('say', [
  /** A tab listens from now on, and has not heard how things stand. */
  z.object({ say: z.literal('joined'), tab: z.string() }),
  /** What came on the stream, to all tabs or to one. */
  z.object({ say: z.literal('text'), text: z.string(), to: z.string().optional() }),
  z.object({ say: z.literal('ended') }),
]);
type Message = z.infer<typeof messageSchema>;

/** The tools of this browser; undefined where it has none, as over http. */
export function tabToolsHere(): TabTools | undefined {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return undefined;
  return { locks: navigator.locks, openChannel: () => new BroadcastChannel(CHANNEL), tab: crypto.randomUUID() };
}

/**
 * One stream for all tabs: over HTTP/1.1 a browser has six connections to a server, and seven tabs with a stream each
 * would wait for ever. The tab that holds the lock opens the stream and passes on what comes; when it goes, another gets
 * the lock. A tab that heard nothing at all takes the lock away: the one that has it may be frozen.
 */
export function streamForAllTabs(open: OpenStream, tools: TabTools | undefined): OpenStream {
  if (tools === undefined) return open;
  let isDeaf = false;
  return async (signal) => {
    const steal = isDeaf;
    isDeaf = false;
    const { stream, give, end } = queue(signal);
    const channel = tools.openChannel();
    const say = (message: Message) => channel.postMessage(message);
    const events = new LatestEvent();
    let isLeader = false;
    let hasHeard = false;
    channel.addEventListener('message', ({ data }) => {
      const message = messageSchema.safeParse(data).data;
      if (isLeader) {
        if (message?.say === 'joined' && events.latest !== '')
          say({ say: 'text', text: events.latest, to: message.tab });
        return;
      }
      if (message?.say === 'ended') end();
      if (message?.say !== 'text' || (message.to ?? tools.tab) !== tools.tab) return;
      hasHeard = true;
      give(new TextEncoder().encode(message.text));
    });
    // Whoever gives up has waited as long as a living connection is ever silent.
    signal.addEventListener('abort', () => {
      isDeaf = !isLeader && !hasHeard;
    });
    const lead = async () => {
      isLeader = true;
      const decoder = new TextDecoder();
      for await (const bytes of chunksOf(await open(signal))) {
        const text = decoder.decode(bytes, { stream: true });
        events.add(text);
        give(bytes);
        say({ say: 'text', text });
      }
    };
    void tools.locks
      .request(LOCK, steal ? { steal: true } : { signal }, () => untilAborted(lead(), signal))
      .catch(() => undefined)
      .then(() => {
        if (isLeader) say({ say: 'ended' });
        end();
        channel.close();
      });
    say({ say: 'joined', tab: tools.tab });
    return stream;
  };
}

/** A stream that is fed from outside; it breaks off when the signal aborts. */
function queue(signal: AbortSignal) {
  let isOpen = true;
  let fed: ReadableStreamDefaultController<Uint8Array> | undefined;
  const end = () => {
    if (isOpen) fed?.close();
    isOpen = false;
  };
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      fed = controller;
    },
    cancel: () => {
      isOpen = false;
    },
  });
  signal.addEventListener('abort', end);
  const give = (bytes: Uint8Array) => {
    if (isOpen) fed?.enqueue(bytes);
  };
  return { stream, give, end };
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return Promise.race([
    work,
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve());
    }),
  ]);
}

/** The last whole event of a stream, for those who come later: it says how things stand. */
class LatestEvent {
  latest = '';
  #rest = '';

  add(text: string): void {
    const parts = `${this.#rest}${text}`.split('\n\n');
    this.#rest = parts.pop() ?? '';
    const event = parts.findLast((part) => !part.startsWith(':'));
    if (event !== undefined) this.latest = `${event}\n\n`;
  }
}
