import * as z from 'zod';
import { shelterIdSchema } from '../identifiers/identifiers.ts';
import type { ContractGroup } from './route-contract.ts';

export const staffRoleSchema = z.enum(['hq', 'shelter']);
export type StaffRole = z.infer<typeof staffRoleSchema>;

export const PASSWORD_MIN_LENGTH = 12;

export const loginRequestSchema = z.strictObject({
  username: z.string().min(1).max(60),
  password: z.string().min(1).max(200),
});

/** `shelterIds` limits the role `shelter`. */
export const signedInSchema = z.object({
  username: z.string(),
  role: staffRoleSchema,
  shelterIds: z.array(shelterIdSchema),
  mustChangePassword: z.boolean(),
});
export type SignedIn = z.infer<typeof signedInSchema>;

export const passwordChangeSchema = z.strictObject({
  current: z.string().min(1).max(200),
  next: z.string().min(PASSWORD_MIN_LENGTH).max(200),
});

export const newStaffSchema = z.strictObject({
  username: z.string().regex(/^[a-z0-9._-]{3,60}$/),
  role: staffRoleSchema,
  shelterIds: z.array(shelterIdSchema).max(200),
});
export const newStaffResponseSchema = z.object({ username: z.string(), oneTimePassword: z.string() });

/** Accounts, below `/hq/v1`. Every POST there needs the header `X-Uketsuke: 1` and a same-origin `Origin`. */
export const staffContracts = {
  signIn: {
    method: 'post',
    path: '/hq/v1/login',
    summary: 'Signs in; sets the session cookie.',
    access: 'everyone',
    body: loginRequestSchema,
    answer: { status: 200, body: signedInSchema },
    problems: ['wrong-credentials', 'one-time-password-expired', 'too-many-attempts', 'not-allowed', 'busy'],
  },
  signOut: {
    method: 'post',
    path: '/hq/v1/logout',
    summary: 'Ends the session, if there is one.',
    access: 'everyone',
    answer: { status: 204 },
    problems: ['not-allowed'],
  },
  me: {
    method: 'get',
    path: '/hq/v1/me',
    summary: 'Who is signed in.',
    access: 'signed-in',
    answer: { status: 200, body: signedInSchema },
    problems: [],
  },
  changePassword: {
    method: 'post',
    path: '/hq/v1/password',
    summary:
      'Changes the own password; ends all other sessions of the account. Until a one-time password is changed, other routes answer password-change-required.',
    access: 'signed-in',
    body: passwordChangeSchema,
    answer: { status: 204 },
    problems: [
      'wrong-credentials',
      'one-time-password-expired',
      'password-too-weak',
      'too-many-attempts',
      'conflict',
      'busy',
    ],
  },
  createStaff: {
    method: 'post',
    path: '/hq/v1/staff',
    summary: 'A new account; the answer holds its one-time password, shown once.',
    access: 'hq',
    body: newStaffSchema,
    answer: { status: 201, body: newStaffResponseSchema },
    problems: ['shelter-unknown', 'conflict', 'busy'],
  },
} as const satisfies ContractGroup;
