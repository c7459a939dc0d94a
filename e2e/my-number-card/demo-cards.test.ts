import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARD_TRUST_DIRECTORY, CertificateTrust } from '../../kiosk/host/card-reader/certificate-trust.ts';
import { DemoCards } from '../../scripts/demo/demo-cards.ts';
import { serveDemoPage } from '../../scripts/demo/demo-page.ts';
import { type MachineTurn, takePcscdTurn } from '../../testbed/virtual-card/machine-turn.ts';
import { WatchedReader } from '../../testbed/virtual-card/pcsc-stack.ts';

/** The virtual cards of `npm start -- --demo --with-virtual-card`, laid down from the demonstration page. */

let turn: MachineTurn;
let folder: string;
let cards: DemoCards;
let page: { url: string; stop(): Promise<void> };
let watched: WatchedReader;

beforeAll(async () => {
  turn = await takePcscdTurn();
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-demo-cards-'));
  await open();
});
afterAll(async () => {
  await close();
  await turn.end();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  cards = await DemoCards.open({ dataDirectory: folder, kioskData: join(folder, 'kiosk') });
  const demo = { hqPassword: 'x', kioskPin: '246810', cards: [] };
  const addresses = { kioskUrl: 'http://127.0.0.1:1/', serverUrl: 'http://127.0.0.1:2' };
  page = await serveDemoPage(demo, { ...addresses, port: 0, virtualCards: cards });
  watched = new WatchedReader(await CertificateTrust.load(join(folder, 'kiosk', CARD_TRUST_DIRECTORY)));
  await watched.ready();
}

async function close(): Promise<void> {
  await watched.close();
  await page.stop();
  await cards.stop();
}

async function press(query: string, origin = new URL(page.url).origin): Promise<number> {
  const answer = await fetch(`${page.url}virtual-card${query}`, { method: 'POST', headers: { origin } });
  return answer.status;
}

describe('the virtual cards of the demonstration', () => {
  it('are laid down and taken away by a button, and opened by the PIN beside it', async () => {
    const html = await (await fetch(page.url)).text();
    const [shown] = cards.shown;
    if (shown?.persona == null) throw new Error('no card is shown');
    expect(html).toContain(`PIN ${shown.persona.pin}`);
    expect(await press('?card=0')).toBe(204);
    const { presentation, validity } = await watched.next('card');
    expect(validity).toBe('good');
    expect(await watched.reader.readAttributes(presentation, { way: 'pin', pin: shown.persona.pin })).toMatchObject({
      kind: 'read',
      attributes: { name: shown.persona.name.replace('\u3000', ' ') },
    });
    expect(await press('')).toBe(204);
    await watched.next('waiting');
    expect(await press('?card=6')).toBe(204);
    expect(await watched.next('card')).toMatchObject({ validity: 'expired' });
    expect(await press('')).toBe(204);
    await watched.next('waiting');
    expect(await press('?card=99')).toBe(404);
    expect(await press('?card=0', 'https://elsewhere.example')).toBe(403);
  });

  it('stay the same cards over a restart', async () => {
    const path = join(folder, 'demo-cards.json');
    const before = await readFile(path, 'utf8');
    await close();
    await open();
    expect(await readFile(path, 'utf8')).toBe(before);
  });
});
