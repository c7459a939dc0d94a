import { seededRandom } from '@uketsuke/shared/sample-households';
import type { Direction, Way } from '../rough-network/rough-proxy.ts';

export const KIOSKS = 3;
export const CARDS = 14;
/** How long the trouble lasts. */
const TROUBLE_MS = 1_500;
const DAY_MS = 24 * 60 * 60 * 1_000;
const LONGEST_SKEW_MS = 2 * DAY_MS;

/** A way between two machines: a kiosk's to the city, a kiosk's to the hub, the hub's to the city. */
export type LinkName = `city-${number}` | `hub-${number}` | 'relay';

/** One thing that happens. */
export type Action =
  | { readonly do: 'admit'; readonly kiosk: number; readonly card: number }
  | { readonly do: 'undo'; readonly kiosk: number }
  | { readonly do: 'set-clock'; readonly kiosk: number; readonly skewMs: number }
  | { readonly do: 'set-hub'; readonly kiosk: number; readonly isUsed: boolean }
  /** The kiosk's program dies when it begins its n-th write or request from now. */
  | { readonly do: 'kill-kiosk'; readonly kiosk: number; readonly afterSteps: number }
  | { readonly do: 'start-kiosk'; readonly kiosk: number; readonly isStoreLost: boolean }
  | { readonly do: 'cut'; readonly link: LinkName; readonly direction: Direction; readonly bytes: number }
  | { readonly do: 'set-way'; readonly link: LinkName; readonly way: Way }
  | { readonly do: 'delay'; readonly link: LinkName; readonly delayMs: number }
  | { readonly do: 'kill'; readonly machine: 'city' | 'hub' }
  | { readonly do: 'start'; readonly machine: 'city' | 'hub' }
  | { readonly do: 'copy-city' }
  | { readonly do: 'put-back-copy' }
  | { readonly do: 'back-up' }
  | { readonly do: 'restore' }
  | { readonly do: 'blank-hub' }
  | {
      readonly do: 'carry-bundle';
      readonly kiosk: number;
      readonly content: 'unacknowledged' | 'all';
      readonly to: 'city' | 'hub';
    };
export type ActionKind = Action['do'];
export const ACTION_KINDS = [
  'admit',
  'undo',
  'set-clock',
  'set-hub',
  'kill-kiosk',
  'start-kiosk',
  'cut',
  'set-way',
  'delay',
  'kill',
  'start',
  'copy-city',
  'put-back-copy',
  'back-up',
  'restore',
  'blank-hub',
  'carry-bundle',
] as const satisfies readonly ActionKind[];

/** What happens, and when after the start. */
export interface PlannedAction {
  readonly atMs: number;
  readonly action: Action;
}

export interface Plan {
  readonly seed: number;
  /** How wrong each kiosk's clock is at the start. */
  readonly skewsMs: readonly number[];
  /** Which kiosks use the hub at the start. */
  readonly usesHub: readonly boolean[];
  /** Share of pushes that are sent twice. */
  readonly doubled: number;
  readonly actions: readonly PlannedAction[];
}

/** The plan of a seed; always the same for the same seed. */
export function planOf(seed: number): Plan {
  const dice = new Dice(seededRandom(seed));
  const skewsMs = Array.from({ length: KIOSKS }, () => (dice.happens(0.5) ? dice.skew() : 0));
  const usesHub = Array.from({ length: KIOSKS }, () => dice.happens(0.6));
  const doubled = dice.happens(0.5) ? 0.3 : 0;
  const actions = [...receptionActions(dice), ...networkActions(dice), ...machineActions(dice)];
  return { seed, skewsMs, usesHub, doubled, actions: actions.toSorted((left, right) => left.atMs - right.atMs) };
}

function receptionActions(dice: Dice): PlannedAction[] {
  const actions: PlannedAction[] = [];
  const add = (atMs: number, action: Action) => actions.push({ atMs, action });
  for (let left = dice.whole(10, 24); left > 0; left -= 1) {
    add(dice.time(), { do: 'admit', kiosk: dice.kiosk(), card: dice.whole(0, CARDS - 1) });
  }
  for (let left = dice.whole(0, 4); left > 0; left -= 1) add(dice.time(), { do: 'undo', kiosk: dice.kiosk() });
  for (let left = dice.whole(0, 3); left > 0; left -= 1) {
    add(dice.time(), { do: 'set-clock', kiosk: dice.kiosk(), skewMs: dice.skew() });
  }
  for (let left = dice.whole(0, 2); left > 0; left -= 1) {
    add(dice.time(), { do: 'set-hub', kiosk: dice.kiosk(), isUsed: dice.happens(0.5) });
  }
  for (let left = dice.whole(0, 2); left > 0; left -= 1) {
    const [kiosk, [from, to]] = [dice.kiosk(), dice.span()];
    add(from, { do: 'kill-kiosk', kiosk, afterSteps: dice.whole(0, 6) });
    add(to, { do: 'start-kiosk', kiosk, isStoreLost: dice.happens(0.25) });
  }
  for (let left = dice.whole(0, 2); left > 0; left -= 1) {
    const content = dice.happens(0.6) ? 'unacknowledged' : 'all';
    add(dice.time(), { do: 'carry-bundle', kiosk: dice.kiosk(), content, to: dice.happens(0.6) ? 'city' : 'hub' });
  }
  return actions;
}

function networkActions(dice: Dice): PlannedAction[] {
  const actions: PlannedAction[] = [];
  const add = (atMs: number, action: Action) => actions.push({ atMs, action });
  for (let left = dice.whole(1, 6); left > 0; left -= 1) {
    const direction = dice.happens(0.5) ? 'up' : 'down';
    add(dice.time(), { do: 'cut', link: dice.link(), direction, bytes: Math.floor(dice.chance() ** 2 * 4_000) });
  }
  for (let left = dice.whole(0, 3); left > 0; left -= 1) {
    const [link, [from, to]] = [dice.link(), dice.span()];
    add(from, { do: 'set-way', link, way: dice.happens(0.6) ? 'silent' : 'refused' });
    add(to, { do: 'set-way', link, way: 'open' });
  }
  if (dice.happens(0.4)) add(dice.time(), { do: 'delay', link: dice.link(), delayMs: dice.whole(20, 250) });
  return actions;
}

function machineActions(dice: Dice): PlannedAction[] {
  const actions: PlannedAction[] = [];
  const add = (atMs: number, action: Action) => actions.push({ atMs, action });
  for (const [machine, share] of [
    ['city', 0.3],
    ['hub', 0.3],
  ] as const) {
    if (!dice.happens(share)) continue;
    const [from, to] = dice.span();
    add(from, { do: 'kill', machine });
    add(to, { do: 'start', machine });
  }
  if (dice.happens(0.25)) {
    const [from, to] = dice.span();
    add(from, { do: 'copy-city' });
    add(to, { do: 'put-back-copy' });
  }
  if (dice.happens(0.2)) {
    const [from, to] = dice.span();
    add(from, { do: 'back-up' });
    add(to, { do: 'restore' });
  }
  if (dice.happens(0.25)) add(dice.time(), { do: 'blank-hub' });
  return actions;
}

class Dice {
  readonly chance: () => number;

  constructor(chance: () => number) {
    this.chance = chance;
  }

  happens(share: number): boolean {
    return this.chance() < share;
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.chance() * (most - least + 1));
  }

  time(): number {
    return Math.floor(this.chance() * TROUBLE_MS);
  }

  span(): [from: number, to: number] {
    const [one, other] = [this.time(), this.time()];
    return [Math.min(one, other), Math.max(one, other)];
  }

  kiosk(): number {
    return this.whole(0, KIOSKS - 1);
  }

  skew(): number {
    return Math.floor((this.chance() * 2 - 1) * LONGEST_SKEW_MS);
  }

  link(): LinkName {
    if (this.happens(0.25)) return 'relay';
    return this.happens(0.5) ? `city-${this.kiosk()}` : `hub-${this.kiosk()}`;
  }
}

/** An action in a line of the log. */
export function tellAction({ atMs, action }: PlannedAction): string {
  const { do: kind, ...details } = action;
  const told = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return [`${String(atMs).padStart(5)} ms`, kind, ...told].join(' ');
}
