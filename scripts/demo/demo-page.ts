import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import QRCode from 'qrcode';
import type { DemoCards } from './demo-cards.ts';
import type { Demo } from './prepare-demo.ts';
import { answerVirtualCard, VIRTUAL_CARD_PATH, virtualCardSection } from './virtual-card-section.ts';

/** A page with the demonstration residents' codes to hold up to a kiosk's camera. On loopback only. */
export async function serveDemoPage(
  demo: Demo,
  options: DemoAddresses & { port: number; virtualCards: DemoCards | null },
): Promise<{ url: string; stop(): Promise<void> }> {
  const { virtualCards } = options;
  const page = await renderPage(demo, options, virtualCards);
  const codes = JSON.stringify(demo.cards);
  const server = createServer((request, response) => {
    if (request.url === '/codes.json')
      return response.writeHead(200, { 'content-type': 'application/json' }).end(codes);
    if (virtualCards !== null && request.url?.startsWith(VIRTUAL_CARD_PATH) === true) {
      return void answerVirtualCard(virtualCards, request, response);
    }
    if (request.url !== '/') return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/`, stop };
}

interface DemoAddresses {
  readonly kioskUrl: string;
  readonly serverUrl: string;
}

async function renderPage(demo: Demo, addresses: DemoAddresses, virtualCards: DemoCards | null): Promise<string> {
  const figures = await Promise.all(
    demo.cards.map(async (card, at) => {
      const svg = await QRCode.toString([{ data: card.code, mode: 'alphanumeric' }], {
        type: 'svg',
        errorCorrectionLevel: 'M',
        margin: 4,
      });
      const others = card.names.length > 1 ? ` ほか${card.names.length - 1}人` : '';
      return `<figure id="c${at + 1}"><a href="#c${at + 1}" aria-label="${at + 1}">${svg}</a><figcaption>${at + 1}. ${escapeHtml(card.names[0] ?? '')}${others}</figcaption></figure>`;
    }),
  );
  return `<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>デモ用QRコード ${demo.cards.length}人分</title>
<style>
body{font-family:"Noto Sans JP","Noto Sans CJK JP",sans-serif;margin:1.5rem;color:#1a1a1a;line-height:1.7}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}
figure{margin:0;border:1px solid #949494;border-radius:.5rem;background:#fff;text-align:center;padding:.5rem}
figure svg{width:100%;height:auto;display:block}
figure:target{position:fixed;inset:0;z-index:1;border:0;border-radius:0;display:grid;grid-template-rows:1fr auto;padding:2vh}
figure:target svg{height:86vh}
ul.cards{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}
ul.cards li{border:1px solid #949494;border-radius:.5rem;padding:.75rem}ul.cards p{margin:.5rem 0 0}
button{font:inherit;min-height:2.75rem;padding:.25rem 1rem;border:1px solid #0017c1;border-radius:.5rem;background:#fff;color:#0017c1;cursor:pointer}
button[aria-pressed=true]{background:#0017c1;color:#fff}button:focus-visible{outline:4px solid #000;outline-offset:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dd{margin:0;overflow-wrap:anywhere}
</style>
<h1>デモ用QRコード(${demo.cards.length}人分)</h1>
<p>すべて架空の住民です。コードを押すと大きく表示されます(ブラウザの「戻る」で一覧に戻ります)。受付端末のカメラにかざしてください。<br>
All invented. Tap a code to enlarge it, go back for the list, and hold it to the kiosk's camera.</p>
<dl><dt>受付端末 Kiosk</dt><dd><a href="${escapeHtml(addresses.kioskUrl)}">${escapeHtml(addresses.kioskUrl)}</a> — PIN ${escapeHtml(demo.kioskPin)}</dd>
<dt>災害対策本部 HQ</dt><dd><a href="${escapeHtml(addresses.serverUrl)}/hq/">${escapeHtml(addresses.serverUrl)}/hq/</a> — admin / ${escapeHtml(demo.hqPassword)}</dd></dl>
${virtualCards === null ? '' : virtualCardSection(virtualCards, escapeHtml)}
<main>${figures.join('')}</main></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
