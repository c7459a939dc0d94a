import {
  type EnrolmentRequest,
  type EnrolmentResponse,
  enrolmentRequestSchema,
  enrolmentResponseSchema,
  problemSchema,
} from '@uketsuke/shared/contracts';
import { KioskHostError } from './kiosk-host-error.ts';

const TIMEOUT_MS = 20_000;

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
  try {
    const response = await fetcher(`${origin}/device/v1/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body.data),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw await refusal(response);
    return enrolmentResponseSchema.parse(await response.json());
  } catch (cause) {
    if (cause instanceof KioskHostError) throw cause;
    throw new KioskHostError('server-unreachable', { cause });
  }
}

async function refusal(response: Response): Promise<KioskHostError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  if (!problem.success) return new KioskHostError('server-unreachable');
  if (problem.data.code === 'too-many-attempts') {
    const seconds = Number(response.headers.get('retry-after'));
    return new KioskHostError('too-many-attempts', { retryAfterSeconds: seconds > 0 ? seconds : 60 });
  }
  return new KioskHostError(response.status < 500 ? 'enrolment-refused' : 'server-unreachable');
}
