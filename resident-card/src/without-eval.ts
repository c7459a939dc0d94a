import * as z from 'zod';

/** Zod compiles schemas with `new Function` when it may; our content security policy says it may not. Imported first. */
z.config({ jitless: true });
