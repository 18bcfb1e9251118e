/**
 * Settles like `work`, but rejects after `ms`. kafkajs bounds its requests, not what it does around them: a broker that goes
 * away in the middle of a question can leave a promise that nobody settles, and whoever waits for it waits for ever.
 */
export async function bounded<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`kafka did not ${what} within ${String(ms)} ms`)), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
