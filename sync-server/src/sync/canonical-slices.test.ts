import { HybridClock } from '@uketsuke/shared/clock';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { authenticateEvent, type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { canonicalJson } from '@uketsuke/shared/sealing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sliceCanonicalEvents } from './canonical-slices.ts';
import { judgeEvents } from './judge-event.ts';
import { parsePush } from './push-body.ts';

const recorder = {
  shelterId: shelterIdSchema.parse('s1'),
  deviceId: deviceIdSchema.parse('desk1'),
  eventKey: new Uint8Array(32).fill(7),
};
const devices = { find: async () => ({ ...recorder, revoked: false }) };
const clock = new HybridClock(recorder.deviceId, Date.now);
const bodySchema = z.object({ events: z.array(z.unknown()) });

function admissions(count: number, seed = 5): ReceptionEvent[] {
  const body = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented' } as const;
  return sampleHouseholds(seed, count).map((household) =>
    recordEvent(recorder, clock, Date.now(), 'admitted', { ...body, household }),
  );
}

function canonicalBody(events: readonly unknown[]): Buffer {
  return Buffer.from(canonicalJson({ events }));
}

/** What the slices of a body say; null when it is left to the long way. */
function sliced(body: Buffer): string[] | null {
  return sliceCanonicalEvents(body)?.map(({ json }) => json.toString()) ?? null;
}

async function verdicts(documents: Parameters<typeof judgeEvents>[0]) {
  const judged = await judgeEvents(documents, recorder, devices);
  return judged.map((verdict) =>
    verdict.kind === 'refused'
      ? { refused: verdict.reason, document: verdict.document }
      : { id: verdict.id, event: JSON.parse(verdict.json.toString()) },
  );
}

describe('slices of a push', () => {
  it('are the events as they came, when a kiosk sent them', () => {
    const events = admissions(300);
    expect(sliced(canonicalBody(events))).toEqual(events.map(canonicalJson));
  });

  it('leave out nothing of an event but its HMAC', () => {
    for (const event of admissions(40)) {
      const [slice] = sliceCanonicalEvents(canonicalBody([event])) ?? [];
      const { mac: _mac, ...rest } = event;
      const { json, macStart, macEnd } = slice ?? { json: Buffer.alloc(0), macStart: 0, macEnd: 0 };
      expect(Buffer.concat([json.subarray(0, macStart), json.subarray(macEnd)]).toString()).toBe(canonicalJson(rest));
    }
  });

  it.each([
    ['members out of order', '{"events":[{"b":1,"a":2,"mac":"x","z":1}]}'],
    ['a member twice', '{"events":[{"a":1,"a":2,"mac":"x","z":1}]}'],
    ['white space', '{"events":[{"a": 1,"mac":"x","z":1}]}'],
    ['an escape that need not be', '{"events":[{"a":"\\u0041","mac":"x","z":1}]}'],
    ['a fraction', '{"events":[{"a":1.0,"mac":"x","z":1}]}'],
    ['an exponent', '{"events":[{"a":1e3,"mac":"x","z":1}]}'],
    ['a leading zero', '{"events":[{"a":01,"mac":"x","z":1}]}'],
    ['minus zero', '{"events":[{"a":-0,"mac":"x","z":1}]}'],
    ['a number too long', '{"events":[{"a":1234567890123456,"mac":"x","z":1}]}'],
    ['no HMAC', '{"events":[{"a":1,"z":1}]}'],
    ['an HMAC that is not its own member', '{"events":[{"a":{"b":1,"mac":"x","z":1},"z":1}]}'],
    ['something after it', '{"events":[{"a":1,"mac":"x","z":1}]} '],
    ['another member', '{"events":[{"a":1,"mac":"x","z":1}],"more":1}'],
    ['an end that is missing', '{"events":[{"a":1,"mac":"x","z":1}'],
    ['a string without an end', '{"events":[{"a":1,"mac":"x","z":"1}]}'],
    ['nothing in it', '{"events":[]}'],
    ['white space at the end of a string', '{"events":[{"a":"1\u3000","mac":"x","z":1}]}'],
  ])('are not made of a body with %s', (_what, body) => {
    expect(sliced(Buffer.from(body))).toBeNull();
  });

  it('are not made of bytes that are no UTF-8', () => {
    const body = canonicalBody([{ a: 'あ', mac: 'x', z: 1 }]);
    body[body.indexOf('あ') + 2] = 0x20;
    expect(sliced(body)).toBeNull();
  });

  it('are canonical, and say what the whole body says, whatever the body', () => {
    const [template = Buffer.alloc(0)] = [canonicalBody(admissions(2))];
    const spoilt = fc
      .array(fc.tuple(fc.nat(template.length - 1), fc.constantFrom(...'{}[]",:\\0 1-aあ\u3000')), { maxLength: 3 })
      .map((places) => {
        let text = template.toString();
        for (const [at, character] of places) text = text.slice(0, at) + character + text.slice(at + 1);
        return Buffer.from(text);
      });
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => canonicalBody([{ a: value, mac: 'x', z: 1 }]));
    fc.assert(
      fc.property(fc.oneof(spoilt, json), (body) => {
        const texts = sliced(body);
        if (texts === null) return;
        const { events } = bodySchema.parse(JSON.parse(body.toString()));
        expect(texts.map((text): unknown => JSON.parse(text))).toEqual(events);
        expect(events.map(canonicalJson)).toEqual(texts);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('judging received bytes', () => {
  /** Documents of one body, both ways. */
  async function expectSame(events: readonly unknown[]) {
    const body = canonicalBody(events);
    const { events: values } = bodySchema.parse(JSON.parse(body.toString()));
    const short = await verdicts(parsePush(body));
    expect(short).toEqual(await verdicts(values.map((value) => ({ value }))));
    return short;
  }

  it('comes to the same as judging what they say (RCP-6)', async () => {
    const [one, other, third] = admissions(3);
    if (one === undefined || other === undefined || third === undefined) throw new Error('no sample');
    const judged = await expectSame([
      one,
      { ...other, mac: one.mac },
      { ...third, recordedBy: '別人' },
      { ...one, schema: 99 },
      { ...one, more: 1 },
      { mac: 'x', z: 1, a: 1 },
    ]);
    expect(judged.map((each) => each.refused)).toEqual([
      undefined,
      'not-authentic',
      'not-authentic',
      'event-too-new',
      'event-malformed',
      'event-malformed',
    ]);
  });

  it('is no more lenient where a schema changes what it reads: white space at either end of a name', async () => {
    const [event] = admissions(1);
    if (event?.kind !== 'admitted') throw new Error('no sample');
    const { mac: _mac, ...unsigned } = event;
    for (const space of '\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff ') {
      for (const written of [`${space}佐藤 花子`, `佐藤 花子${space}`]) {
        const members = unsigned.body.household.members.map((member) => ({ ...member, name: { written } }));
        const household = { ...unsigned.body.household, members };
        const signed = authenticateEvent({ ...unsigned, body: { ...unsigned.body, household } }, recorder.eventKey);
        expect(await expectSame([signed])).toMatchObject([{ refused: 'not-authentic' }]);
      }
    }
  });
});
