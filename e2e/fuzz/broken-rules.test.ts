import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { HostPool } from '../../testbed/fuzz/host-pool.ts';
import { type Action, type Plan, planOf } from '../../testbed/fuzz/plan.ts';
import { runPlan } from '../../testbed/fuzz/run-seed.ts';
import { buildTemplateCity, type TemplateCity } from '../../testbed/fuzz/template-city.ts';
import type { Patience } from '../../testbed/fuzz/verdict.ts';
import type { RuleBreaker } from '../../testbed/fuzz/world.ts';
import { builtServer } from '../../testbed/rough-network/built-server.ts';

/** What a broken rule leads to, which is waited for; where a plan does not bring it out, a world gets well or never does. */
const LOSS = /acknowledged ev:\S+, and it is lost/;
const UNTIL_LOSS: Patience = { withinMs: 30_000, isFound: (complaints) => LOSS.test(complaints.join('\n')) };
const SEEDS_MAX = 10;
/** Kiosks have pushed by then, on a busy machine too. */
const PUT_BACK_AT_MS = 12_000;

const READY_HOSTS = 3;
let program: string;
let pool: HostPool;
let template: TemplateCity;
beforeAll(async () => {
  program = await builtServer({
    entry: join(import.meta.dirname, '..', '..', 'testbed', 'fuzz', 'server-host.ts'),
    isWhole: true,
  });
  pool = new HostPool(program, READY_HOSTS);
  template = await buildTemplateCity();
});
afterAll(async () => {
  await pool.close();
  await template.remove();
  await rm(dirname(program), { recursive: true, force: true });
});

const asItIs: RuleBreaker = (send) => send;

const pushedSchema = z.object({ events: z.array(z.object({ id: z.string() })) });
const answerSchema = z.looseObject({ mark: z.looseObject({ epoch: z.string(), events: z.int() }) });

/** Takes a push for acknowledged when no answer came (against SYN-1): the store it knew says that it holds all. */
const acknowledgesWithoutAnswer: RuleBreaker = (send) => {
  const known = new Map<string, z.infer<typeof answerSchema>['mark']>();
  return async (input, init) => {
    const url = new URL(String(input));
    if (url.pathname !== '/sync/v1/events') return send(input, init);
    try {
      const response = await send(input, init);
      if (response.ok) known.set(url.origin, answerSchema.parse(await response.clone().json()).mark);
      return response;
    } catch (error) {
      const mark = known.get(url.origin);
      if (init?.method !== 'POST' || mark === undefined) throw error;
      const outcomes = (await eventsOf(init)).map(({ id }) => ({ id, outcome: 'stored' }));
      return Response.json({ mark, outcomes, serverTime: new Date().toISOString() });
    }
  };
};

async function eventsOf(init: RequestInit): Promise<z.infer<typeof pushedSchema>['events']> {
  const { body } = new Response(init.body ?? null);
  const isPacked = new Headers(init.headers).has('content-encoding');
  const unpacked = isPacked ? body?.pipeThrough(new DecompressionStream('gzip')) : body;
  return pushedSchema.parse(await new Response(unpacked ?? null).json()).events;
}

/** Does not see that a store was restored or replaced (against SYN-5): epoch, mark and witnesses always look the same. */
const seesNoRestore: RuleBreaker = (send) => {
  const first = new Map<string, { epoch: string; events: number }>();
  return async (input, init) => {
    const response = await send(input, init);
    const url = new URL(String(input));
    if (!response.ok || url.pathname !== '/sync/v1/events') return response;
    const answer = answerSchema.parse(await response.json());
    const known = first.get(url.origin) ?? { ...answer.mark };
    known.events = Math.max(known.events, answer.mark.events);
    first.set(url.origin, known);
    return Response.json({ ...answer, mark: { ...answer.mark, ...known }, witnessed: true });
  };
};

/** Admissions at kiosks that know the city only; the city's data goes back to before them, its epoch being the same. */
function oldCopyPlan(): Plan {
  const admit = (kiosk: number, card: number): Action => ({ do: 'admit', kiosk, card });
  const actions: Action[] = [
    { do: 'set-way', link: 'relay', way: 'refused' },
    admit(0, 0),
    { do: 'copy-city' },
    admit(0, 1),
    admit(1, 2),
    admit(2, 3),
  ];
  const putBack: Action[] = [{ do: 'put-back-copy' }, admit(1, 4), admit(2, 5)];
  return {
    seed: 0,
    skewsMs: [0, 0, 0],
    usesHub: [false, false, false],
    doubled: 0,
    actions: [
      ...actions.map((action, at) => ({ atMs: at * 200, action })),
      ...putBack.map((action, at) => ({ atMs: PUT_BACK_AT_MS + at * 200, action })),
    ],
  };
}

describe('the fuzz finds kiosks that break a rule', () => {
  it('a kiosk that takes silence for an acknowledgement; alone, the missing witness would give it away', async () => {
    const complaints: string[] = [];
    for (let seed = 1; seed <= SEEDS_MAX && !LOSS.test(complaints.join('\n')); seed += 1) {
      const breakRule: RuleBreaker = (send) => acknowledgesWithoutAnswer(seesNoRestore(send));
      const surroundings = { template, pool, breakRule };
      complaints.push(...(await runPlan(planOf(seed), surroundings, UNTIL_LOSS)).complaints);
    }
    expect(complaints.join('\n')).toMatch(LOSS);
  });

  it('a kiosk that does not see that the city was put back to an old copy; a good one sees it', async () => {
    const surroundings = { template, pool, breakRule: seesNoRestore };
    const { complaints } = await runPlan(oldCopyPlan(), surroundings, UNTIL_LOSS);
    expect(complaints.join('\n')).toMatch(LOSS);
    const good = await runPlan(oldCopyPlan(), { ...surroundings, breakRule: asItIs });
    expect(good.complaints).toEqual([]);
  });
});
