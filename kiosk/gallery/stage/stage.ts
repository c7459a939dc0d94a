import { HybridClock } from '@uketsuke/shared/clock';
import type { Fact } from '@uketsuke/shared/contracts';
import type { SyncTrouble } from '@uketsuke/shared/errors';
import { type CardId, deviceIdSchema } from '@uketsuke/shared/identifiers';
import type { CardAttributes } from '@uketsuke/shared/my-number-card';
import type { Household } from '@uketsuke/shared/person';
import { recordEvent } from '@uketsuke/shared/reception';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import type { CardReaderState, CertificateValidity } from '../../host/card-reader/card-reader.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { DeskSnapshot } from '../../src/desk/desk-view.ts';
import { isAllAtCity } from '../../src/sync/sync-state.ts';
import { type CardCircumstances, GALLERY_SHELTER, type GalleryCity } from './city.ts';
import type { GalleryClock } from './gallery-clock.ts';
import type { GalleryKiosk } from './gallery-kiosk.ts';
import type { HeldTimers } from './held-timers.ts';
import { GALLERY_PIN } from './host.ts';
import { type HubAnswer, WITHDRAWN_HUB_ID } from './hubs.ts';
import { ScreenHands, waitFor } from './screen-hands.ts';
import type { GalleryServer, ServerAnswers } from './server.ts';
import type { StillCamera } from './still-camera.ts';

/** After so long, ms, a good result has gone. */
const RESULT_SHOWN_MS = 7_000;

/** What stands before and behind the screens of one page, for the steps that lead to a state. */
export class Stage {
  readonly screen: ScreenHands;
  readonly kiosk: GalleryKiosk;
  readonly city: GalleryCity;
  readonly clock: Pick<GalleryClock, 'now' | 'at' | 'set'>;
  readonly camera: StillCamera | null;
  readonly timers: HeldTimers | null;
  #presentations = 0;

  constructor(parts: {
    readonly document: Document;
    readonly kiosk: GalleryKiosk;
    readonly city: GalleryCity;
    readonly clock: Pick<GalleryClock, 'now' | 'at' | 'set'>;
    readonly camera: StillCamera | null;
    readonly timers: HeldTimers | null;
  }) {
    this.screen = new ScreenHands(parts.document);
    this.kiosk = parts.kiosk;
    this.city = parts.city;
    this.clock = parts.clock;
    this.camera = parts.camera;
    this.timers = parts.timers;
  }

  /** The open desk. Throws while the kiosk is locked. */
  get desk(): Desk {
    if (this.kiosk.opened === null) throw new Error('the desk is not open');
    return this.kiosk.opened.desk;
  }

  /** Types the PIN and waits for the desk, its camera, and its first exchange. */
  async unlock(): Promise<void> {
    await this.screen.type('unlock-pin', GALLERY_PIN);
    await this.screen.press('unlock-submit');
    await this.screen.see('[data-testid=scan-screen]');
    await this.settled();
  }

  /** Waits until syncing has come to rest and the camera has shown what it has. */
  async settled(): Promise<void> {
    const { server, hub, host } = this.kiosk;
    await this.until('syncing to rest', ({ sync }) => {
      if (host.hubInUse !== null && !isAsExpected(sync.hubTrouble, hub)) return false;
      return sync.peer === 'hub' || server.answers === 'well' ? isAtRest(sync) : isAsExpected(sync.trouble, server);
    });
    if (this.camera?.isStarting !== true) await this.screen.see('[data-camera]:not([data-camera=starting])');
  }

  /** Waits until the desk's snapshot is as described. */
  async until(what: string, is: (snapshot: DeskSnapshot) => boolean): Promise<void> {
    await waitFor(what, () => is(this.desk.view.snapshot()));
  }

  /** A household's card is shown to the desk. */
  async showCard(household: Household, circumstances: CardCircumstances = {}): Promise<void> {
    const { text } = await this.city.issue(household, this.clock.now(), circumstances);
    this.screen.scan(text);
  }

  /** A household's card is shown that the city has taken back. */
  async showRevokedCard(household: Household): Promise<void> {
    const { text, cardId } = await this.city.issue(household, this.clock.now());
    await this.revoke(cardId);
    this.screen.scan(text);
  }

  /** A household's card is shown in whose place there is a newer one. */
  async showReplacedCard(household: Household): Promise<void> {
    const [old, next] = [
      await this.city.issue(household, this.clock.now()),
      await this.city.issue(household, this.clock.now()),
    ];
    const fact = { id: `revoked-card:${old.cardId}`, kind: 'revoked-card', cardId: old.cardId } as const;
    await this.publish({ ...fact, replacedBy: next.cardId });
    this.screen.scan(old.text);
  }

  /** The city takes a card back; resolves when the desk knows. */
  revoke(cardId: CardId): Promise<void> {
    return this.publish({ id: `revoked-card:${cardId}`, kind: 'revoked-card', cardId });
  }

  /** The city publishes a fact; resolves when the desk has taken it. */
  async publish(fact: Fact): Promise<void> {
    await this.kiosk.server.publish(this.kiosk.host.hubs.proven(fact, this.clock.now()));
    await new Promise<void>((resolve) => {
      const stop = this.desk.view.subscribe(() => {
        stop();
        resolve();
      });
    });
  }

  /** What the next look-up of a hub finds. */
  async nextHub(answer: HubAnswer): Promise<void> {
    const { hubs } = this.kiosk.host;
    hubs.next = answer;
    if (answer !== 'withdrawn') return;
    const id = `revoked-device:${WITHDRAWN_HUB_ID}`;
    await this.publish({ id, kind: 'revoked-device', deviceId: WITHDRAWN_HUB_ID, revoked: true });
  }

  /** What is recorded next cannot be. */
  failToRecord(reason: 'disk-full' | 'journal-failed' | 'store-failed'): void {
    // What sync writes goes on: whether it has failed, too, when the picture is taken would be chance.
    if (reason === 'store-failed') this.kiosk.storeFails = 'events';
    else this.kiosk.host.nextJournalOutcome = reason === 'disk-full' ? 'disk-full' : 'disk-failed';
  }

  /** A household is admitted, and the words about it are gone again. */
  async admit(household: Household): Promise<void> {
    await this.showCard(household);
    await this.result('admitted');
    this.timers?.pass(RESULT_SHOWN_MS);
    await this.screen.see('[data-testid=ready]');
  }

  /** Waits for what became of a card. */
  result(kind: string): Promise<HTMLElement> {
    return this.screen.see(`[data-testid=result][data-kind=${kind}]`);
  }

  /** Everybody who is here is recorded as out, at another desk. */
  async everybodyStepsOut(): Promise<void> {
    const deviceId = deviceIdSchema.parse('gallerydesk2');
    const { shelterId } = GALLERY_SHELTER;
    const identity = { shelterId, deviceId, eventKey: seededBytes(13)(32) };
    const clock = new HybridClock(deviceId, this.clock.now);
    for await (const event of this.desk.exports.exportable('all')) {
      if (event.kind !== 'admitted') continue;
      const residentIds = event.body.household.members.map((member) => member.residentId);
      this.kiosk.server.put(recordEvent(identity, clock, this.clock.now(), 'stepped-out', { residentIds }));
    }
    await this.until('everybody to be out', ({ counts }) => counts.admitted > 0 && counts.out === counts.admitted);
  }

  /** Something happens at the card reader. */
  reader(state: CardReaderState): void {
    this.kiosk.host.cardReader.show(state);
  }

  /** A person's My Number card is laid on the reader. */
  async layCard(person: string, validity: CertificateValidity = 'good'): Promise<void> {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(person));
    this.reader({
      kind: 'card',
      presentation: this.nextPresentation(),
      certificateSha256: toBase64url(new Uint8Array(digest)),
      validity,
    });
  }

  nextPresentation(): number {
    this.#presentations += 1;
    return this.#presentations;
  }

  /** Waits for a panel about the card on the reader. */
  panel(show: string, detail?: string): Promise<HTMLElement> {
    const detailed = detail === undefined ? '' : `[data-detail=${detail}]`;
    return this.screen.see(`[data-testid=my-number-panel][data-show=${show}]${detailed}`);
  }

  /** Waits for the strip below a result. */
  strip(show: string): Promise<HTMLElement> {
    return this.screen.see(`[data-testid=link-strip][data-show=${show}]`);
  }

  /** Chooses to open the card on the reader by PIN or by the number on its face, and types digits. */
  async typeDigits(way: 'pin' | 'pin-b', digits: string): Promise<void> {
    await this.screen.press(`my-number-way-${way}`);
    await this.screen.see('[data-testid=my-number-panel][data-show=entry][data-busy=false]');
    if (digits !== '') await this.screen.type('my-number-digits', digits);
  }

  /** The card on the reader is opened by its PIN and says who its owner is. */
  async readCard(person: string, attributes: CardAttributes): Promise<void> {
    await this.layCard(person);
    await this.panel('choose');
    await this.typeDigits('pin', '1234');
    this.kiosk.host.cardReader.answer({ kind: 'read', attributes });
    await this.screen.press('my-number-submit');
  }
}

/** What the desk comes to say of a server that answers so; of a connection that broke off it says less at first. */
const TROUBLES: Readonly<Record<ServerAnswers, readonly (SyncTrouble | null)[]>> = {
  well: [null],
  'not-at-all': ['server-unreachable', 'no-network', 'clock-off'],
  failing: ['server-failing'],
  strangely: ['answers-strangely'],
  revoked: ['device-revoked'],
  'unknown-device': ['device-unknown'],
};

function isAsExpected(trouble: SyncTrouble | null, { answers }: GalleryServer): boolean {
  return TROUBLES[answers].includes(trouble);
}

/** Whether everything is where it can get to. */
function isAtRest(sync: DeskSnapshot['sync']): boolean {
  if (sync.peer === null || isAllAtCity(sync)) return true;
  return sync.peer === 'hub' && sync.lastExchangeAt !== null && sync.pending === 0;
}
