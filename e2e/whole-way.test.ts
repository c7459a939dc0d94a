import { type Client, cardContracts, createClient, fetchSend } from '@uketsuke/shared/contracts';
import { checkHousehold, emptyHousehold, emptyMember } from '@uketsuke/shared/household-entry';
import { type ShelterId, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import { eventually, PATIENCE_MS } from '../testbed/patience/eventually.ts';
import { TestKiosk } from '../testbed/test-kiosk/test-kiosk.ts';

let headquarters: Headquarters;
let shelterId: ShelterId;
let kiosk: TestKiosk;
let service: Client<typeof cardContracts>;

beforeAll(async () => {
  headquarters = await Headquarters.open();
  shelterId = await headquarters.createShelter('白川');
  service = createClient(cardContracts, fetchSend({ fetch, baseUrl: headquarters.url, timeoutMs: PATIENCE_MS }));
  kiosk = await TestKiosk.build({
    enrolment: await headquarters.enrolDevice(shelterId),
    dataKey: toBase64url(secureRandomBytes(32)),
  });
  kiosk.serverUrl = headquarters.url;
});
afterAll(async () => {
  await kiosk.remove();
  await headquarters.close();
});

const long = 'Wolfeschlegelsteinhausenbergerdorff '.repeat(3).trim().slice(0, 100);

describe('what a resident types reaches headquarters (CRD-6)', () => {
  it('with every field: telephone number, joiners, a name of 100 characters, namesakes', async () => {
    const draft = {
      ...emptyHousehold(() => 'a'),
      address: '熊本市中央区手取本町1-1',
      members: [
        {
          ...emptyMember('1'),
          written: 'ශ්‍රී ලාල්',
          birth: '1980-02-17',
          phone: '090-1234-5678',
          needs: ['language/en'],
          otherNeed: '夜は付き添い',
        },
        { ...emptyMember('2'), written: long, sex: 'female' as const, phone: '+81 96 300 0000' },
      ],
    };
    const checked = checkHousehold(draft, '2026-11-22');
    if (!('household' in checked)) throw new Error(JSON.stringify(checked.problems));
    const card = await service.issue({ body: { household: checked.household, consent: true } });
    const desk = await kiosk.open({});
    expect(await desk.cards.scan(card.code, 'shelter')).toMatchObject({ kind: 'admitted' });
    const people = await eventually(
      async () => {
        const found = await headquarters.people(shelterId);
        return found.length === draft.members.length ? found : undefined;
      },
      PATIENCE_MS,
      'the household at headquarters',
    );
    const sent = checked.household.members.map((member, at) => ({ ...member, residentId: card.residentIds[at] }));
    for (const person of sent) expect(people.map((row) => row.person)).toContainEqual(person);
    expect(new Set(people.map(({ address }) => JSON.stringify(address))).size).toBe(1);
    expect(sent.map(({ phone }) => phone)).toEqual(['09012345678', '+81963000000']);
    expect(sent[1]?.name.written).toHaveLength(long.length);
  });

  it('two of one name and birth date, said to be two people, are two, and nobody takes them for one (HHE-1)', async () => {
    const twins = ['1', '2'].map((key) => ({ ...emptyMember(key), written: '赤ちゃん', birth: '2026-11-20' }));
    const couple = ['3', '4'].map((key) => ({ ...emptyMember(key), written: '林', birth: '1950' }));
    const draft = { ...emptyHousehold(() => 'a'), withoutAddress: true, members: [...twins, ...couple] };
    expect(checkHousehold(draft, '2026-11-22').problems).toHaveLength(2);
    const members = draft.members.map((member) => ({ ...member, namesake: true }));
    const checked = checkHousehold({ ...draft, members }, '2026-11-22');
    if (!('household' in checked)) throw new Error(JSON.stringify(checked.problems));
    const card = await service.issue({ body: { household: checked.household, consent: true } });
    expect(new Set(card.residentIds).size).toBe(4);
    const desk = await kiosk.open({});
    expect(await desk.cards.scan(card.code, 'shelter')).toMatchObject({ kind: 'admitted', admitted: { length: 4 } });
    expect(await desk.cards.scan(card.code, 'shelter')).toMatchObject({ kind: 'already-admitted' });
    const people = await eventually(
      async () => {
        const found = await headquarters.people(shelterId);
        const here = found.filter(({ residentId }) => card.residentIds.includes(residentId));
        return here.length === 4 ? here : undefined;
      },
      PATIENCE_MS,
      'the four at headquarters',
    );
    expect(people.flatMap(({ duplicates }) => duplicates)).toEqual([]);
    expect(await headquarters.summary(shelterId)).toMatchObject({ duplicates: 0 });
  });
});
