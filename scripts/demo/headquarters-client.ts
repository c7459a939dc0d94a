import { enrolmentCodeResponseSchema, problemSchema, shelterFactsSchema } from '@uketsuke/shared/protocol';

/** Signs in at HQ's API and does what the demonstration needs there. */
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

  /** Creates a shelter; returns its id. */
  async createShelter(name: string): Promise<string> {
    return shelterFactsSchema.parse(await this.#post('/hq/v1/shelters', { name })).shelterId;
  }

  /** A one-time code that enrols a kiosk for the shelter. */
  async createEnrolmentCode(shelterId: string): Promise<string> {
    return enrolmentCodeResponseSchema.parse(await this.#post(`/hq/v1/shelters/${shelterId}/enrolment-codes`, {})).code;
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-uketsuke': '1', origin: this.#url, cookie: this.#cookie },
      body: JSON.stringify(body),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? '';
    if (response.ok) return response.status === 204 ? null : await response.json();
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    throw new Error(`${path}: ${response.status} ${problem.data?.code ?? ''}`);
  }
}
