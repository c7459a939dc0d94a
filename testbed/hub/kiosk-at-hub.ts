import { verifyHubCredential } from '@uketsuke/shared/hub';
import { answerHubRequest } from '../../kiosk/host/hub/hub-forwarding.ts';
import type { HubInUse } from '../../kiosk/host/hub/hub-in-use.ts';
import { lookUpHub } from '../../kiosk/host/hub/look-up-hub.ts';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { TestKiosk } from '../test-kiosk/test-kiosk.ts';

/** The page's own origin; what is under `/peer/hub` there the kiosk's host passes on. */
const PAGE = 'http://kiosk.invalid';
const HUB_URL = `${PAGE}/peer/hub`;

/** A kiosk of a shelter: its real sync code, and the real way by its host to the hub, over TLS pinned to its certificate. */
export class KioskAtHub {
  readonly kiosk: TestKiosk;
  desk: Desk;
  #hub: HubInUse | null = null;

  private constructor(kiosk: TestKiosk, desk: Desk) {
    this.kiosk = kiosk;
    this.desk = desk;
  }

  /** Opens the desk, with no hub yet. */
  static async open(secrets: KioskSecrets, cityUrl: string): Promise<KioskAtHub> {
    const kiosk = await TestKiosk.build(secrets);
    kiosk.serverUrl = cityUrl;
    const opened: { at?: KioskAtHub } = {};
    const byWayOfHost: typeof fetch = (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      return request.url.startsWith(HUB_URL)
        ? forward(request, pathname + search, opened.at?.hubInUse ?? null)
        : fetch(request);
    };
    const desk = await kiosk.open({ fetch: byWayOfHost });
    opened.at = new KioskAtHub(kiosk, desk);
    return opened.at;
  }

  get hubInUse(): HubInUse | null {
    return this.#hub;
  }

  /** What staff do: scan the hub's QR. The hub proves itself by its credential and certificate (HUB-2). */
  async useHub(code: string): Promise<void> {
    const found = await lookUpHub(code);
    const { credentialPublicKey = '', shelter } = this.kiosk.secrets.enrolment;
    verifyHubCredential(found.credential, {
      credentialPublicKey,
      shelterId: shelter.shelterId,
      certificateSha256: found.certificateSha256,
    });
    this.#hub = { origin: found.origin, certificateSha256: found.certificateSha256 };
    await this.desk.peers.setHub(null);
    await this.desk.peers.setHub(HUB_URL);
  }

  /** Resolves with the time it took, ms, when the desk shows that `holds`. */
  shows(holds: (desk: Desk) => boolean, withinMs: number, what: string): Promise<number> {
    const from = performance.now();
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!holds(this.desk)) return;
        settle();
        resolve(performance.now() - from);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(this.desk.view.snapshot().sync)}`));
      }, withinMs);
      const settle = () => {
        clearTimeout(timer);
        unsubscribe();
      };
      const unsubscribe = this.desk.view.subscribe(look);
      look();
    });
  }

  close(): Promise<void> {
    return this.kiosk.remove();
  }
}

async function forward(request: Request, path: string, hub: HubInUse | null): Promise<Response> {
  const bytes = request.method === 'POST' ? new Uint8Array(await request.arrayBuffer()) : null;
  return answerHubRequest(
    {
      method: request.method,
      path,
      header: (name) => request.headers.get(name),
      body: bytes === null ? null : oneOf(bytes),
      signal: request.signal,
    },
    hub,
  );
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
