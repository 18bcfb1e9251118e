/** The two kinds of time. Spans that are measured by a wall clock never end when it is set back. */
export interface Clock {
  /** The time of day, in milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment; only its differences mean something. */
  elapsed(): number;
}
