import { cardContracts } from './cards.ts';
import { deviceContracts } from './enrolment.ts';
import { headquartersContracts } from './headquarters.ts';
import { hubContracts } from './hub.ts';
import { cityOperatorContracts } from './operator.ts';
import type { ContractGroup, RouteContract } from './route-contract.ts';
import { syncContracts } from './sync.ts';
import { descriptionContracts, upkeepContracts } from './upkeep.ts';

/** Contracts that belong together, and where they are served. */
export interface ApiArea {
  readonly name: string;
  readonly description: string;
  readonly contracts: ContractGroup;
}

const sync: ApiArea = {
  name: 'sync',
  description: 'Kiosks and hubs exchange events and facts. At the city’s server and at every hub.',
  contracts: syncContracts,
};
const upkeep: ApiArea = {
  name: 'upkeep',
  description: 'Health and numbers. At the city’s server and at every hub.',
  contracts: upkeepContracts,
};

/** What the city's server answers. */
export const CITY_AREAS: readonly ApiArea[] = [
  sync,
  { name: 'devices', description: 'Kiosks and hubs enrol. At the city’s server.', contracts: deviceContracts },
  { name: 'cards', description: 'Residents’ cards. At the city’s server.', contracts: cardContracts },
  { name: 'headquarters', description: 'The console. At the city’s server.', contracts: headquartersContracts },
  upkeep,
  { name: 'description', description: 'This description. At the city’s server.', contracts: descriptionContracts },
];

/** What a hub answers. */
export const HUB_AREAS: readonly ApiArea[] = [
  sync,
  { name: 'hub', description: 'A hub to its shelter’s network. At every hub.', contracts: hubContracts },
  upkeep,
];

const operator: ApiArea = {
  name: 'operator',
  description:
    'Whoever administers the machine; on a port of its own on loopback. A hub answers only `state` and `bundles`.',
  contracts: cityOperatorContracts,
};

/** All there is. */
export const ALL_AREAS: readonly ApiArea[] = [...new Set([...CITY_AREAS, ...HUB_AREAS, operator])];

/** The contracts of areas, one list. */
export function contractsOf(areas: readonly ApiArea[]): readonly RouteContract[] {
  return areas.flatMap(({ contracts }) => Object.values(contracts));
}
