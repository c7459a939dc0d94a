import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DemoCards } from './demo-cards.ts';

export const VIRTUAL_CARD_PATH = '/virtual-card';

/** Puts a card on the virtual reader (`POST /virtual-card?card=3`) or takes it away (without a number). */
export async function answerVirtualCard(
  cards: DemoCards,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  // Only the demonstration page itself: browsers always name the origin of a POST.
  const isOwn = request.headers.origin === `http://${request.headers.host}`;
  if (request.method !== 'POST' || !isOwn) {
    response.writeHead(403).end();
    return;
  }
  const asked = url.searchParams.get('card');
  try {
    if (asked === null) await cards.remove();
    else if (!(await cards.insert(Number(asked)))) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(204).end();
  } catch {
    response.writeHead(503).end();
  }
}

/** The demonstration page's part with the buttons, as HTML. */
export function virtualCardSection(cards: DemoCards, escapeHtml: (text: string) => string): string {
  const buttons = cards.shown.map(({ number, persona, note }) => {
    const button = (label: string) =>
      `<button type="button" data-card="${number}" aria-pressed="false">${escapeHtml(label)}</button>`;
    if (persona === null) return `<li>${button(note)}</li>`;
    const remark = note === '' ? '' : `<br><strong>${escapeHtml(note)}</strong>`;
    const codes = `暗証番号 PIN ${persona.pin}<br>照合番号B ${persona.pinB}`;
    return `<li>${button(persona.name)}<p>${codes}${remark}</p></li>`;
  });
  return `<section aria-labelledby="virtual-cards"><h2 id="virtual-cards">仮想マイナンバーカード</h2>
<p>押すと、仮想のカードリーダーに置かれます。すべて架空の人です。<br>A button lays the card on the virtual reader. All invented.</p>
<p><button type="button" data-card="" aria-pressed="true">カードを取る Take the card away</button> <span role="status" id="virtual-card-said"></span></p>
<ul class="cards">${buttons.join('')}</ul></section>
<script>
const said = document.getElementById('virtual-card-said');
for (const button of document.querySelectorAll('[data-card]')) {
  button.addEventListener('click', async () => {
    const { card } = button.dataset;
    const answer = await fetch('${VIRTUAL_CARD_PATH}' + (card === '' ? '' : '?card=' + card), { method: 'POST' }).catch(() => null);
    said.textContent = answer?.ok ? '' : 'カードリーダーが応答しません。 The virtual reader does not answer.';
    if (!answer?.ok) return;
    for (const other of document.querySelectorAll('[data-card]')) other.setAttribute('aria-pressed', String(other === button));
  });
}
</script>`;
}
