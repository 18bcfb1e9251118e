/**
 * Thrown by a handler of `consume` to have the message offered again after a while. Only its partition waits: retrying in place
 * would hold up the fetch for every other topic of the consumer, and with it what the message is waiting for.
 */
export class Deferral extends Error {
  constructor(
    reason: string,
    readonly delayMs: number,
  ) {
    super(reason);
    this.name = 'Deferral';
  }
}
