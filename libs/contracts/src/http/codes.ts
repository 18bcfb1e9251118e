/** What a code of an answer means and what its reader can do; each answer says more about its own case. */
export interface CodeWords {
  readonly means: string;
  readonly fix: string;
}

export type Codes = Readonly<Record<`DBR-${string}`, CodeWords>>;
