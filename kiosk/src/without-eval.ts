import * as z from 'zod';

// zod compiles its checks with `new Function` where it may. The page's policy forbids that; trying would only put a
// violation in the console. Schemas read this when they are made, so this module is imported before all others.
z.config({ jitless: true });
