import { expect, it } from 'vitest';
import { cutPower, powerCutSeed } from '../../testbed/power-cut/power-cuts.ts';

const CUTS = 50;
const TIMEOUT_MS = 30 * 60_000;

it(
  `loses none of the admissions it showed over ${CUTS} power cuts (DUR-1, DUR-2, RCP-4)`,
  async () => {
    const tally = await cutPower(CUTS, powerCutSeed());
    console.log(`power cuts: ${CUTS}, ${JSON.stringify(tally)}`);
    expect(tally).toMatchObject({ lost: 0, lostInJournal: 0, forgotten: 0, unreconciled: 0 });
    expect(tally.acknowledged).toBeGreaterThan(CUTS);
    expect(tally.cutsInFlight).toBeGreaterThan(CUTS / 2);
  },
  TIMEOUT_MS,
);
