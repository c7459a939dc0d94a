/** Ends the program cleanly on SIGTERM and Ctrl-C: stops once, then exits, with 1 when stopping failed. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false;
  const onSignal = async () => {
    if (isStopping) return;
    isStopping = true;
    await stop().catch(() => {
      process.exitCode = 1;
    });
    process.exit();
  };
  process.on('SIGTERM', () => void onSignal());
  process.on('SIGINT', () => void onSignal());
}
