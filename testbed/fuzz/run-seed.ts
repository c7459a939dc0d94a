import { type ActionKind, type Plan, planOf, tellAction } from './plan.ts';
import { type Complaints, type Patience, verdictOf } from './verdict.ts';
import { type Surroundings, World } from './world.ts';

/** After the trouble; generous, as the machine may be loaded and the contract's own waits add up to 15 s. */
const HEALING: Patience = { withinMs: 120_000 };

export interface SeedResult {
  readonly seed: number;
  /** Empty when every store told the same and nothing was lost. */
  readonly complaints: Complaints;
  /** What happened, in order. */
  readonly log: readonly string[];
  readonly counts: Readonly<Partial<Record<ActionKind, number>>>;
  readonly seconds: number;
  /** From healing until all was well. */
  readonly healedSeconds: number;
}

/** Runs the plan of one seed. */
export function runSeed(seed: number, surroundings: Surroundings): Promise<SeedResult> {
  return runPlan(planOf(seed), surroundings);
}

/** Runs a plan against real servers and kiosks. */
export async function runPlan(
  plan: Plan,
  surroundings: Surroundings,
  patience: Patience = HEALING,
): Promise<SeedResult> {
  const begun = performance.now();
  const { seed } = plan;
  const credential = surroundings.template.kiosks[0]?.enrolment.credential ?? '';
  let world: World | null = null;
  let complaints: Complaints;
  let healedAt = performance.now();
  try {
    world = await World.build(plan, surroundings);
    await world.trouble(plan);
    await world.heal();
    healedAt = performance.now();
    complaints = await verdictOf(world, credential, patience);
  } catch (error) {
    complaints = [`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`];
  }
  const healedSeconds = (performance.now() - healedAt) / 1_000;
  const log = world?.log ?? plan.actions.map(tellAction);
  const counts = Object.fromEntries(world?.counts ?? []);
  await world?.close().catch(() => undefined);
  return { seed, complaints, log, counts, healedSeconds, seconds: (performance.now() - begun) / 1_000 };
}
