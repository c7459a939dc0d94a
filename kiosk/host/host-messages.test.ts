import { describe, expect, it, vi } from 'vitest';
import { absentCardReader } from './card-reader/absent-card-reader.ts';
import { HOST_CALLS_BY_NAME } from './host-calls.ts';
import { answerHostCall, hostOver } from './host-messages.ts';
import type { KioskHost } from './kiosk-host.ts';
import { KioskHostError } from './kiosk-host-error.ts';

/** A host that notes what it is asked, and the page's end of it over JSON, as it crosses a WebSocket. */
function hostAndPage(changed: Partial<KioskHost> = {}) {
  const asked: unknown[][] = [];
  const noted =
    <Answer>(name: string, answer: Answer) =>
    async (...given: unknown[]): Promise<Answer> => {
      asked.push([name, ...given]);
      return answer;
    };
  const host: KioskHost = {
    info: noted('info', { kind: 'browser', version: '1', serverUrl: null, hub: null }),
    enrol: () => Promise.reject(new KioskHostError('enrolment-refused')),
    vault: {
      state: noted('vault.state', 'sealed'),
      create: noted('vault.create', undefined),
      open: () => Promise.reject(new KioskHostError('too-many-attempts', { retryAfterSeconds: 30 })),
      update: () => Promise.reject(new TypeError('not a failure of the host')),
    },
    journal: {
      append: noted('journal.append', undefined),
      read: noted('journal.read', { entries: [], next: 7, damagedLines: 1 }),
    },
    hub: {
      lookUp: noted('hub.lookUp', { origin: 'no address', certificateSha256: '', credential: '', shelterName: '' }),
      use: noted('hub.use', undefined),
      forget: noted('hub.forget', undefined),
    },
    cardReader: absentCardReader(),
    ...changed,
  };
  const overTheWire = (message: unknown): unknown => JSON.parse(JSON.stringify(message));
  const page = hostOver(async (call) => overTheWire(await answerHostCall(host, overTheWire(call))), vi.fn());
  return { host, page, asked };
}

describe('calls between the page and its host', () => {
  it('carry what is given and what is answered', async () => {
    const { page, asked } = hostAndPage();
    expect(await page.vault.state()).toBe('sealed');
    expect(await page.vault.create('246810', '{}')).toBeUndefined();
    expect(await page.journal.read(3, 4)).toEqual({ entries: [], next: 7, damagedLines: 1 });
    expect(await page.info()).toEqual({ kind: 'browser', version: '1', serverUrl: null, hub: null });
    expect(asked).toEqual([['vault.state'], ['vault.create', '246810', '{}'], ['journal.read', 3, 4], ['info']]);
  });

  it('reject with the code and the wait of the host; what is no failure of the host counts as one of the disk', async () => {
    const { page } = hostAndPage();
    await expect(page.vault.open('1')).rejects.toMatchObject({ code: 'too-many-attempts', retryAfterSeconds: 30 });
    await expect(page.vault.update('{}')).rejects.toMatchObject({ code: 'disk-failed' });
  });

  it.each([
    ['no call', { call: 'shell', given: ['x'] }],
    ['a name of every object', { call: 'constructor', given: [] }],
    ['a name behind a call', { call: 'vault.state.call', given: [] }],
    ['too little', { call: 'vault.create', given: ['246810'] }],
    ['too much', { call: 'vault.state', given: [1] }],
    ['something else than it takes', { call: 'journal.read', given: [-1, 4] }],
    ['nonsense', 'vault.state'],
  ])('are not carried out when they are %s', async (_, message) => {
    const { host, asked } = hostAndPage();
    expect(await answerHostCall(host, message)).toEqual({ ok: false, code: 'host-gone' });
    expect(asked).toEqual([]);
  });

  it('reject when the answer is not what the table says', async () => {
    const { page } = hostAndPage();
    await expect(page.hub.lookUp('hub.local')).rejects.toMatchObject({ code: 'host-gone' });
  });

  it('each find a function of the host', async () => {
    const { host } = hostAndPage();
    for (const name of HOST_CALLS_BY_NAME.keys()) {
      const found = name.split('.').reduce<unknown>((owner, step) => Reflect.get(Object(owner), step), host);
      expect(found, name).toBeTypeOf('function');
    }
  });
});
