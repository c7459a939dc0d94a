import {
  type Client,
  createClient,
  fetchSend,
  headquartersContracts,
  type RosterPerson,
  type Send,
} from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';

const ROSTER_PAGE = 200;
/** A server of a test may be busy, killed, or far away. */
const TIMEOUT_MS = 180_000;

/** HQ's API in the session of one account: the demonstration, the tests and the simulator do there what they need. */
export class HeadquartersClient {
  /** Every call of HQ's API. */
  readonly calls: Client<typeof headquartersContracts>;
  readonly #session: Session;

  private constructor(url: string, cookie: string) {
    this.#session = { cookie };
    this.calls = createClient(headquartersContracts, sendInSession(url, this.#session));
  }

  /** Signs in with the one-time password and changes it to `password`. */
  static async signIn(
    url: string,
    { username, oneTimePassword }: { readonly username: string; readonly oneTimePassword: string },
    password: string,
  ): Promise<HeadquartersClient> {
    const client = await HeadquartersClient.signInAgain(url, username, oneTimePassword);
    await client.calls.changePassword({ body: { current: oneTimePassword, next: password } });
    return client;
  }

  /** Signs in with a password of one's own. */
  static async signInAgain(url: string, username: string, password: string): Promise<HeadquartersClient> {
    const client = new HeadquartersClient(url, '');
    await client.calls.signIn({ body: { username, password } });
    return client;
  }

  /** Goes on with a session that `cookie` of another client tells of. */
  static withCookie(url: string, cookie: string): HeadquartersClient {
    return new HeadquartersClient(url, cookie);
  }

  /** The session's cookie, as a request carries it. */
  get cookie(): string {
    return this.#session.cookie;
  }

  /** Creates a shelter; returns its id. */
  async createShelter(name: string): Promise<ShelterId> {
    return (await this.calls.createShelter({ body: { name } })).shelterId;
  }

  /** A one-time code that enrols a kiosk, or a hub, for the shelter. */
  async createEnrolmentCode(shelterId: string, role: 'kiosk' | 'hub' = 'kiosk'): Promise<string> {
    return (await this.calls.createEnrolmentCode({ params: { shelterId }, body: { for: role } })).code;
  }

  /** Everyone on the roster of a shelter, in the order HQ shows them. */
  async people(shelterId: string): Promise<RosterPerson[]> {
    const people: RosterPerson[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { limit: ROSTER_PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.calls.people({ params: { shelterId }, query });
      people.push(...page.people);
      cursor = page.cursor;
    }
    return people;
  }
}

interface Session {
  cookie: string;
}

/** Sends as a page of the server itself would, and keeps the cookie that the answers set. */
function sendInSession(url: string, session: Session): Send {
  const send = fetchSend({
    fetch,
    baseUrl: url,
    timeoutMs: TIMEOUT_MS,
    headers: () => ({ 'x-uketsuke': '1', origin: url, cookie: session.cookie }),
  });
  return async (request) => {
    const response = await send(request);
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) session.cookie = set.split(';')[0] ?? '';
    return response;
  };
}
