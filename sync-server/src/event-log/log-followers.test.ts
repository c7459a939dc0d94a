import { HybridClock } from '@uketsuke/shared/clock';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../testbed/test-server/test-server.ts';
import { ChangeBus } from '../couch/change-bus.ts';
import { type Couch, databaseName } from '../couch/couch.ts';
import { openTestCouch } from '../couch/testing.ts';
import { CityRoster } from '../roster/city-roster.ts';
import { receptionDatabase } from './database-names.ts';
import { LogFollowers } from './log-followers.ts';
import type { LogProjection } from './log-projection.ts';
import { LogReaders } from './log-reader.ts';
import { storedEvent } from './stored-event.ts';

const SHELTER = { shelterId: shelterIdSchema.parse('log-1'), name: '記録' };
const RECORDER = {
  shelterId: SHELTER.shelterId,
  deviceId: deviceIdSchema.parse('desk1'),
  eventKey: seededBytes(1)(32),
};
const RECEIVED = '2026-11-22T01:00:00.000Z';
let couch: Couch;

beforeAll(async () => {
  couch = await openTestCouch();
});
afterAll(() => couch.close());

const clock = new HybridClock(RECORDER.deviceId, () => Date.parse(RECEIVED));
const people = sampleHouseholds(6, 1_300, 1);

async function write(from: number, to: number): Promise<void> {
  const documents = people.slice(from, to).map((household) => {
    const body = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented', household } as const;
    return storedEvent(recordEvent(RECORDER, clock, Date.parse(RECEIVED), 'admitted', body), RECEIVED);
  });
  await new LogReaders(couch).use(receptionDatabase(RECORDER.shelterId), (log) =>
    log.database.bulk({ docs: documents }),
  );
}

describe('following a log', () => {
  it('reads all pages, follows on, leaves out what is no event, and begins anew when the log was replaced', async () => {
    const errors: unknown[] = [];
    const city = new CityRoster();
    city.addShelter(SHELTER);
    await write(0, 1_200);
    const changes = new ChangeBus({ couch, pollIntervalMs: 50 });
    const followers = new LogFollowers({
      projections: [city],
      changes,
      readers: new LogReaders(couch),
      now: () => Date.parse(RECEIVED),
      metrics: { rosterLag: () => {} },
      onReadError: (_shelterId, error) => errors.push(error),
    });
    const admittedWill = (count: number) =>
      eventually(async () => {
        const admitted = city.summary(SHELTER, () => true, 0).counts?.admitted;
        return admitted === count ? true : undefined;
      });
    followers.follow(SHELTER.shelterId);
    expect(city.isComplete).toBe(false);
    await admittedWill(1_200);
    await write(1_200, 1_250);
    await new LogReaders(couch).use(receptionDatabase(RECORDER.shelterId), (log) =>
      log.database.insert({ _id: 'ev:nonsense' }),
    );
    await admittedWill(1_250);

    await couch.server.db.destroy(databaseName(couch, receptionDatabase(RECORDER.shelterId)));
    await write(1_250, 1_300);
    await admittedWill(50);
    expect(city.search(() => true, '', null, 200).total).toBe(50);
    await followers.stop();
    changes.stop();
  });

  it('reads to every projection in order, waits for each, and stops though one waits', async () => {
    const shelterId = shelterIdSchema.parse('log-2');
    await new LogReaders(couch).use(receptionDatabase(shelterId), async () => {});
    const changes = new ChangeBus({ couch, pollIntervalMs: 50 });
    const told: string[] = [];
    let goOn: () => void = () => undefined;
    const first: LogProjection = {
      apply: () => {
        told.push('first');
        return new Promise((resolve) => {
          goOn = resolve;
        });
      },
      restart: () => {},
      completed: () => told.push('first complete'),
    };
    const second: LogProjection = {
      apply: () => {
        told.push('second');
      },
      restart: () => {},
      completed: () => told.push('second complete'),
    };
    const followers = new LogFollowers({
      projections: [first, second],
      changes,
      readers: new LogReaders(couch),
      now: () => Date.parse(RECEIVED),
      metrics: { rosterLag: () => {} },
      onReadError: () => {},
    });
    followers.followAll({ list: () => [{ shelterId }], onChange: () => {} });
    await eventually(async () => (told.length > 0 ? true : undefined));
    expect(told).toEqual(['first']);
    goOn();
    await eventually(async () => (told.includes('second complete') ? true : undefined));
    expect(told).toEqual(['first', 'second', 'first complete', 'second complete']);
    changes.nudge(receptionDatabase(shelterId));
    await eventually(async () => (told.length > 4 ? true : undefined));
    await followers.stop();
    expect(told.slice(4)).toEqual(['first']);
    changes.stop();
  });
});
