import {
  enrolmentCodeResponseSchema,
  problemSchema,
  type RosterPerson,
  rosterPageSchema,
  shelterFactsSchema,
} from '@uketsuke/shared/contracts';

const ROSTER_PAGE = 200;

/** Signs in at HQ's API and does what the demonstration, the tests over real networks and the simulator need there. */
export class HeadquartersClient {
  readonly #url: string;
  #cookie = '';

  private constructor(url: string) {
    this.#url = url;
  }

  /** Signs in with the one-time password and changes it to `password`. */
  static async signIn(
    url: string,
    admin: { readonly username: string; readonly oneTimePassword: string },
    password: string,
  ): Promise<HeadquartersClient> {
    const client = new HeadquartersClient(url);
    await client.#post('/hq/v1/login', { username: admin.username, password: admin.oneTimePassword });
    await client.#post('/hq/v1/password', { current: admin.oneTimePassword, next: password });
    return client;
  }

  /** Signs in with a password of one's own. */
  static async signInAgain(url: string, username: string, password: string): Promise<HeadquartersClient> {
    const client = new HeadquartersClient(url);
    await client.#post('/hq/v1/login', { username, password });
    return client;
  }

  /** Goes on with a session that `cookie` of another client tells of. */
  static withCookie(url: string, cookie: string): HeadquartersClient {
    const client = new HeadquartersClient(url);
    client.#cookie = cookie;
    return client;
  }

  /** The session's cookie, as a request carries it. */
  get cookie(): string {
    return this.#cookie;
  }

  /** Creates a shelter; returns its id. */
  async createShelter(name: string): Promise<string> {
    return shelterFactsSchema.parse(await this.#post('/hq/v1/shelters', { name })).shelterId;
  }

  /** A one-time code that enrols a kiosk, or a hub, for the shelter. */
  async createEnrolmentCode(shelterId: string, role: 'kiosk' | 'hub' = 'kiosk'): Promise<string> {
    const answer = await this.#post(`/hq/v1/shelters/${shelterId}/enrolment-codes`, { for: role });
    return enrolmentCodeResponseSchema.parse(answer).code;
  }

  async revokeDevice(deviceId: string): Promise<void> {
    await this.#post(`/hq/v1/devices/${deviceId}/revoke`, undefined);
  }

  async reinstateDevice(deviceId: string): Promise<void> {
    await this.#post(`/hq/v1/devices/${deviceId}/reinstate`, undefined);
  }

  async revokeCard(cardId: string): Promise<void> {
    await this.#post(`/hq/v1/cards/${cardId}/revoke`, undefined);
  }

  /** Imports a bundle of events from a USB stick. */
  async importBundle(bundle: Blob): Promise<void> {
    const headers = { 'x-uketsuke': '1', origin: this.#url, cookie: this.#cookie, 'content-type': bundle.type };
    const response = await fetch(`${this.#url}/hq/v1/bundles`, { method: 'POST', headers, body: bundle });
    if (!response.ok) throw new Error(`importing a bundle: ${response.status}`);
    await response.arrayBuffer();
  }

  /** Everyone on the roster of a shelter, in the order HQ shows them. */
  async people(shelterId: string): Promise<RosterPerson[]> {
    const people: RosterPerson[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await this.get(`/hq/v1/roster/shelters/${shelterId}/people?limit=${ROSTER_PAGE}${from}`);
      const { people: some, cursor: next } = rosterPageSchema.parse(await page.json());
      people.push(...some);
      cursor = next;
    }
    return people;
  }

  /** Asks with the session's cookie. Throws when refused. */
  async get(path: string, signal?: AbortSignal): Promise<Response> {
    const headers = { cookie: this.#cookie };
    const response = await fetch(this.#url + path, { headers, ...(signal === undefined ? {} : { signal }) });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-uketsuke': '1', origin: this.#url, cookie: this.#cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? '';
    if (response.ok) return response.status === 204 ? null : await response.json();
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    throw new Error(`${path}: ${response.status} ${problem.data?.code ?? ''}`);
  }
}
