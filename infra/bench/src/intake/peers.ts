/** Others that are measured beside the measurements of the suite where their runtime is there; skipped, and said so, where not. */
export const STREAMS = 'logged: Kafka Streams';

export const peers: readonly { readonly name: string; readonly variant: string; readonly about: string }[] = [
  {
    name: STREAMS,
    variant: 'logged',
    about: 'one count per model and minute and nothing else, exactly once, by way of a topic keyed by model; without the start of its JVM',
  },
];

/** As the ratios of the suite, where the peer was measured. */
export const peerRatios = [
  {
    name: 'Kafka Streams, one count, exactly once',
    of: 'logged: production',
    part: 'logged: ours, read and count',
    over: STREAMS,
    floor: 10,
    aim: 15,
  },
];
