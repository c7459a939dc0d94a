import { describe, expect, it } from 'vitest';
import { cardIdSchema, shelterIdSchema } from '../identifiers/index.ts';
import { type ApiError, asApiError, cardContracts, createClient, fetchSend, headquartersContracts } from './index.ts';

const cardId = cardIdSchema.parse('AAAAAAAA');
const shelterId = shelterIdSchema.parse('kenzo-1');

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A server that gives one answer to everything, and what it was sent. */
function serverWith(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const fetcher: typeof fetch = async (url, init = {}) => {
    sent.push({ url: String(url), method: init.method, headers: new Headers(init.headers), body: init.body });
    return answer();
  };
  return { sent, send: fetchSend({ fetch: fetcher, baseUrl: 'https://city.example', timeoutMs: 1_000 }) };
}

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: 'about:blank', title: code, status, code }), { status, headers });

async function failureOf(answer: () => Response | Promise<Response>): Promise<ApiError> {
  return createClient(cardContracts, serverWith(answer).send)
    .city()
    .then(
      () => expect.fail('was not refused'),
      (error: unknown) => asApiError(error),
    );
}

describe('a client made from contracts', () => {
  it('asks by method, path, query and bearer token, and parses the answer', async () => {
    const { sent, send } = serverWith(() => Response.json({ cardId, state: 'valid' }));
    const state = await createClient(cardContracts, send).state({ params: { cardId } }, { bearer: 'secret' });
    expect(state).toEqual({ cardId, state: 'valid' });
    expect(sent).toMatchObject([{ url: `https://city.example/card/v1/cards/${cardId}/state`, method: 'GET' }]);
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer secret');
    expect(sent[0]?.body).toBeUndefined();
  });

  it('escapes what goes into the address, and leaves out what is not given', async () => {
    const { sent, send } = serverWith(() => Response.json({ people: [], total: 0, cursor: null }));
    const headquarters = createClient(headquartersContracts, send);
    await headquarters.search({ query: { q: '佐藤 & 花子', limit: 20, cursor: undefined } });
    await headquarters.release({ params: { id: 'a/b?c' } }).catch(() => undefined);
    expect(sent.map(({ url }) => url.slice('https://city.example/hq/v1/'.length))).toEqual([
      'roster/search?q=%E4%BD%90%E8%97%A4+%26+%E8%8A%B1%E5%AD%90&limit=20',
      'quarantine/a%2Fb%3Fc/release',
    ]);
  });

  it('sends JSON and files as what they are', async () => {
    const { sent, send } = serverWith(() => new Response(null, { status: 204 }));
    const headquarters = createClient(headquartersContracts, send);
    await headquarters.changePassword({ body: { current: 'a', next: 'b' } });
    await headquarters.importBundle({ upload: 'bytes' }).catch(() => undefined);
    expect(sent.map(({ headers, body }) => [headers.get('content-type'), body])).toEqual([
      ['application/json', '{"current":"a","next":"b"}'],
      ['application/octet-stream', 'bytes'],
    ]);
  });

  it('needs no body where there is none, and gives a stream as it comes', async () => {
    const nothing = serverWith(() => new Response(null, { status: 204 }));
    const call = createClient(headquartersContracts, nothing.send).createEnrolmentCode;
    await call({ params: { shelterId }, body: undefined }).catch(() => undefined);
    expect(nothing.sent[0]?.headers.get('content-type')).toBeNull();
    const stream = serverWith(() => new Response('event: hello\n\n'));
    expect(await (await createClient(headquartersContracts, stream.send).live()).text()).toBe('event: hello\n\n');
    expect(stream.sent[0]?.headers.get('accept')).toBe('text/event-stream');
  });

  it('turns a problem into its code and the wait, and anything else that is refused into what it means', async () => {
    expect(await failureOf(() => problem(429, 'too-many-attempts', { 'retry-after': '30' }))).toMatchObject({
      name: 'ApiError',
      code: 'too-many-attempts',
      retryAfterSeconds: 30,
    });
    expect(await failureOf(() => problem(422, 'of-a-newer-server'))).toMatchObject({ code: 'unexpected-answer' });
    expect((await failureOf(() => new Response('<html>', { status: 502 }))).code).toBe('unreachable');
    expect((await failureOf(() => new Response('<html>', { status: 404 }))).code).toBe('unexpected-answer');
  });

  it('says whether there was no answer, or one that breaks the contract', async () => {
    expect((await failureOf(() => Promise.reject(new TypeError('no network')))).code).toBe('unreachable');
    expect((await failureOf(() => new Response('<html>'))).code).toBe('unexpected-answer');
    expect((await failureOf(() => Response.json({ nothing: true }))).code).toBe('unexpected-answer');
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) });
    expect((await failureOf(() => new Response(broken))).code).toBe('unreachable');
  });
});
