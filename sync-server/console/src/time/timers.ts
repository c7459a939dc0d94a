/** Runs something later; what it returns cancels it. Passed in, so that tests need not wait. */
export type Later = (ms: number, run: () => void) => () => void;

/** The platform's timer. */
export const later: Later = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
