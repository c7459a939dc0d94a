import type { BundleImportResponse } from '@uketsuke/shared/contracts';
import type { HubWords } from './ja.ts';
import { escapeHtml, type HubPageLanguage, pageFrame, wordsOf } from './page-frame.ts';

/** What became of an import by the page. */
export type UsbOutcome =
  | { readonly kind: 'imported'; readonly counts: BundleImportResponse }
  | { readonly kind: 'failed'; readonly why: keyof HubWords['usb']['failures'] };

/**
 * The page on which a bundle from a USB stick is imported.
 * @param token what its form sends along; without one nothing is imported
 */
export function usbPage(language: HubPageLanguage, token: string | undefined, outcome?: UsbOutcome): string {
  const words = wordsOf(language);
  const { usb } = words;
  const steps = usb.steps.map((step) => `<li>${escapeHtml(step)}</li>`).join('');
  const main = `<h1>${escapeHtml(usb.heading)}</h1>
<section>
${outcome === undefined ? '' : told(outcome, usb)}
<ol>${steps}</ol>
<form method="post" action="/usb?lang=${language}&amp;token=${token ?? ''}" enctype="multipart/form-data">
<label for="file">${escapeHtml(usb.file)}</label>
<input id="file" name="file" type="file" accept=".ukebundle" required>
<p class="actions"><button class="button button-main">${escapeHtml(usb.submit)}</button>
<a class="button" href="/?lang=${language}">${escapeHtml(usb.back)}</a></p>
</form>
</section>`;
  return pageFrame({ language, title: `${words.title}: ${usb.heading}`, main });
}

function told(outcome: UsbOutcome, usb: HubWords['usb']): string {
  if (outcome.kind === 'failed') {
    return `<p class="warning" role="alert">${escapeHtml(usb.failures[outcome.why])}</p>`;
  }
  const { events, stored, alreadyHad, quarantined } = outcome.counts;
  const done = usb.done
    .replace('{{events}}', String(events))
    .replace('{{stored}}', String(stored))
    .replace('{{alreadyHad}}', String(alreadyHad));
  const aside = usb.quarantined.replace('{{count}}', String(quarantined));
  const warning = quarantined === 0 ? '' : `<p class="warning" role="alert">${escapeHtml(aside)}</p>`;
  return `<p class="good" role="status">${escapeHtml(done)}</p>${warning}`;
}
