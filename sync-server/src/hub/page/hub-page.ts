import { hubCode } from '@uketsuke/shared/hub';
import { toString as drawQr } from 'qrcode';
import type { HubState } from '../hub-state.ts';
import { en } from './en.ts';
import { type HubWords, ja } from './ja.ts';

const LANGUAGES = { ja, en } as const;
export type HubPageLanguage = keyof typeof LANGUAGES;

/** What the page shows. */
export interface HubPageContents {
  readonly state: HubState;
  /** Origins of the hub; the likeliest first. */
  readonly addresses: readonly string[];
}

/** The hub's page: how to connect a kiosk, and how the hub stands. No script: it renews itself. */
export async function hubPage({ state, addresses }: HubPageContents, language: HubPageLanguage): Promise<string> {
  const words: HubWords = LANGUAGES[language];
  const other = language === 'ja' ? 'en' : 'ja';
  const svg = await drawQr(hubCode(addresses), { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  const steps = words.steps.map((step) => `<li>${escapeHtml(step)}</li>`).join('');
  const isOnLan = addresses.some((address) => !/^https:\/\/(?:127\.|localhost|\[::1\])/.test(address));
  const rows = stateRows(state, words, language)
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('');
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>${escapeHtml(words.title)}: ${escapeHtml(state.shelterName)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><p>${escapeHtml(words.title)}</p><a href="?lang=${other}" lang="${other}">${escapeHtml(words.otherLanguage)}</a></header>
<main>
<h1>${escapeHtml(words.heading.replace('{{shelter}}', state.shelterName))}</h1>
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
<p class="city ${state.relay.connected ? 'good' : 'warning'}"><strong>${escapeHtml(words.city)}</strong> ${escapeHtml(cityWords(state, words))}</p>
<dl>${rows}</dl>
<p class="small">${escapeHtml(words.refresh)}</p>
</section>
</div>
</main>
</body>
</html>
`;
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

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `
body { font: 1.125rem/1.7 "Noto Sans JP", "Hiragino Sans", system-ui, sans-serif; color: #1a1a1c; background: #f8f8fb; margin: 0; }
header { display: flex; justify-content: space-between; align-items: center; background: #00118f; color: #fff; padding: 0.5rem 1.5rem; }
header p { margin: 0; font-weight: 700; }
header a { color: #fff; padding: 0.75rem; min-height: 1.5rem; }
main { max-width: 68rem; margin: 0 auto; padding: 1rem 1.5rem 2rem; }
h1 { font-size: 1.75rem; margin: 0.5rem 0; }
h2 { font-size: 1.375rem; margin: 0 0 0.5rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; }
section { background: #fff; border: 1px solid #767676; border-radius: 8px; padding: 1.25rem; }
ol { margin: 0 0 1rem; padding-left: 1.5rem; }
.code svg { display: block; width: min(100%, 18rem); height: auto; margin: 0 auto; }
.addresses { list-style: none; padding: 0; margin: 0; font-family: ui-monospace, monospace; font-weight: 700; overflow-wrap: anywhere; }
.city { border-left: 8px solid; padding: 0.5rem 0.75rem; margin: 0 0 1rem; }
.city strong { display: block; }
.good { border-color: #197a4b; background: #e6f5ec; }
.warning { border-color: #b78f00; background: #fbf5e0; }
p.warning:not(.city) { border-left: 8px solid #b78f00; padding: 0.5rem 0.75rem; }
dl { margin: 0; }
dl div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; border-bottom: 1px solid #cccccc; padding: 0.5rem 0; }
dt { color: #333; }
dd { margin: 0; font-weight: 700; }
.small { font-size: 1rem; color: #333; }
a:focus-visible { outline: 4px solid #000; outline-offset: 2px; background: #b78f00; }
`;
