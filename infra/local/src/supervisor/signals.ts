/** Both the terminal and npm send the signal of one Ctrl C: a second one counts only after this long. */
const secondSignalAfterMs = 1500;

/** Calls `stop` on the first request to end, and `kill` when an impatient second one follows. */
export function onStopRequest(stop: (signal: NodeJS.Signals) => void, kill: () => void): void {
  let first = 0;
  const handle = (signal: NodeJS.Signals): void => {
    if (first === 0) {
      first = Date.now();
      stop(signal);
    } else if (Date.now() - first > secondSignalAfterMs) {
      kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
}
