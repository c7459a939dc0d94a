import {
  type ApiError,
  asApiError,
  createClient,
  deviceContracts,
  type EnrolmentRequest,
  type EnrolmentResponse,
  enrolmentRequestSchema,
  fetchSend,
} from '@uketsuke/shared/contracts';
import { KioskHostError } from './kiosk-host-error.ts';

const TIMEOUT_MS = 20_000;
/** Where the server does not say how long to wait. */
const FALLBACK_WAIT_SECONDS = 60;

/**
 * Redeems an enrolment code.
 * @throws KioskHostError enrolment-refused, too-many-attempts, server-unreachable
 */
export async function redeemEnrolmentCode(
  origin: string,
  request: EnrolmentRequest,
  fetcher: typeof fetch,
): Promise<EnrolmentResponse> {
  const body = enrolmentRequestSchema.safeParse(request);
  if (!body.success) throw new KioskHostError('enrolment-refused');
  const send = fetchSend({ fetch: fetcher, baseUrl: origin, timeoutMs: TIMEOUT_MS, init: { redirect: 'error' } });
  try {
    return await createClient(deviceContracts, send).enrolKiosk({ body: body.data });
  } catch (cause) {
    throw refusalOf(asApiError(cause));
  }
}

function refusalOf(cause: ApiError): KioskHostError {
  const { code, status, retryAfterSeconds = FALLBACK_WAIT_SECONDS } = cause;
  if (code === 'too-many-attempts') return new KioskHostError('too-many-attempts', { cause, retryAfterSeconds });
  const isJudged = status !== undefined && status < 500 && code !== 'unexpected-answer';
  return new KioskHostError(isJudged ? 'enrolment-refused' : 'server-unreachable', { cause });
}
