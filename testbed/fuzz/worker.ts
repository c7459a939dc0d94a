import { seedRequestSchema } from './crew-messages.ts';
import { HostPool } from './host-pool.ts';
import { runSeed } from './run-seed.ts';
import { buildTemplateCity } from './template-city.ts';

/** Servers of one seed, and one to take a killed one's place. */
const READY_HOSTS = 3;

/**
 * A process that runs seeds one after another, as its parent asks: RxDB allows one process no more kiosks than a seed has.
 * The argument is the built program of server-host.ts.
 */
const [program = ''] = process.argv.slice(2);
const pool = new HostPool(program, READY_HOSTS);
const template = await buildTemplateCity();

process.on('message', (message: unknown) => {
  const { seed } = seedRequestSchema.parse(message);
  runSeed(seed, { template, pool, breakRule: (send) => send }).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => {
  Promise.all([pool.close(), template.remove()]).finally(() => process.exit(0));
});
process.send?.('ready');
