import type { HubState } from '@uketsuke/shared/contracts';
import { hubCode } from '@uketsuke/shared/hub';
import { toString as drawQr } from 'qrcode';
import type { HubWords } from './ja.ts';
import { escapeHtml, type HubPageLanguage, pageFrame, wordsOf } from './page-frame.ts';
import { RENEW_SCRIPT_PATH } from './renew-script.ts';

/** What the page shows. */
export interface HubPageContents {
  readonly state: HubState;
  /** Origins of the hub; the likeliest first. */
  readonly addresses: readonly string[];
  /** Whether bundles are imported by the page as it is served here. */
  readonly importsBundles: boolean;
}

/** The hub's page: how to connect a kiosk, and how the hub stands. Its state renews itself. */
export async function hubPage(
  { state, addresses, importsBundles }: HubPageContents,
  language: HubPageLanguage,
): Promise<string> {
  const words = wordsOf(language);
  const svg = await drawQr(hubCode(addresses), { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  const steps = words.steps.map((step) => `<li>${escapeHtml(step)}</li>`).join('');
  const isOnLan = addresses.some((address) => !/^https:\/\/(?:127\.|localhost|\[::1\])/.test(address));
  const rows = stateRows(state, words, language)
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('');
  const main = `<h1>${escapeHtml(words.heading.replace('{{shelter}}', state.shelterName))}</h1>
<p>${escapeHtml(words.lead)}</p>
<div class="columns">
<section aria-labelledby="connect">
<h2 id="connect">${escapeHtml(words.connectHeading)}</h2>
${isOnLan ? '' : `<p class="warning" role="alert">${escapeHtml(words.onlyHere)}</p>`}
<ol>${steps}</ol>
<div class="code" role="img" aria-label="${escapeHtml(words.codeLabel)}">${svg}</div>
<p>${escapeHtml(words.byHand)}</p>
<ul class="addresses">${addresses.map((address) => `<li>${escapeHtml(address)}</li>`).join('')}</ul>
</section>
<section aria-labelledby="state">
<h2 id="state">${escapeHtml(words.stateHeading)}</h2>
<p id="gone" class="warning" role="alert" hidden>${escapeHtml(words.gone)}</p>
<div id="now">
<p class="city ${state.relay.connected ? 'good' : 'warning'}"><strong>${escapeHtml(words.city)}</strong> ${escapeHtml(cityWords(state, words))}</p>
<dl>${rows}</dl>
</div>
<h2>${escapeHtml(words.usb.heading)}</h2>
<p>${escapeHtml(words.usb.when)}</p>
${importsBundles ? `<p class="actions"><a class="button" href="/usb?lang=${language}">${escapeHtml(words.usb.open)}</a></p>` : `<p>${escapeHtml(words.usb.elsewhere)}</p>`}
</section>
</div>`;
  return pageFrame({ language, title: `${words.title}: ${state.shelterName}`, main, script: RENEW_SCRIPT_PATH });
}

function cityWords({ relay, failure }: HubState, { cityStates }: HubWords): string {
  if (relay.connected) return cityStates.connected;
  if (failure === null) return cityStates.connecting;
  if (failure === 'revoked' || failure === 'unknown-device') return cityStates.refused;
  if (failure === 'strange') return cityStates.strange;
  return failure === 'unreachable' || failure === 'timed-out' ? cityStates.unreachable : cityStates.failing;
}

function stateRows(
  { relay, events, kiosks }: HubState,
  words: HubWords,
  language: HubPageLanguage,
): [string, string][] {
  const number = (value: number) => new Intl.NumberFormat(language).format(value);
  const time = (moment: string) =>
    new Intl.DateTimeFormat(language, { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' }).format(
      new Date(moment),
    );
  const pending =
    relay.pending === null ? words.pendingUnknown : words.pendingCount.replace('{{count}}', number(relay.pending));
  return [
    [words.pending, pending],
    ...(relay.oldestPendingAt === null ? [] : [[words.oldest, time(relay.oldestPendingAt)] satisfies [string, string]]),
    [words.lastExchange, relay.lastExchangeAt === null ? words.never : time(relay.lastExchangeAt)],
    [words.kiosks, words.kiosksCount.replace('{{count}}', number(kiosks))],
    [words.events, words.pendingCount.replace('{{count}}', number(events))],
  ];
}
