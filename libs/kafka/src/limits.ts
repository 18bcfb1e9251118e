/** A message above this is given to its consumer, which puts it among the dead letters. Bytes of the value. */
export const maxMessageBytes = 1024 * 1024;

/** What one compressed batch may grow to. Beyond it every record of the batch becomes an unreadable marker. */
export const maxDecompressedBytes = 32 * 1024 * 1024;

/** One request to one topic carries at most this, below the broker's limit for a record batch (1 MiB). */
export const maxSendBytes = 768 * 1024;
