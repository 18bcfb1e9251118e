import type { Readable } from 'node:stream';

export interface StoredContent {
  readonly sha256: string;
  readonly bytes: number;
}

export interface ReceiveOptions {
  /** More bytes than this are refused while they arrive. */
  readonly limitBytes: number;
  /** What the sender says the content is; anything else is refused. */
  readonly expectedSha256?: string;
  /** Looks at the whole content before it gets its name; throwing refuses it. */
  inspect?(content: Buffer): void;
}

/** A content whose digest has just been checked. */
export interface CheckedContent {
  readonly sha256: string;
  readonly bytes: number;
  /** Fails instead of ending well when the bytes change while they are read. */
  stream(): Readable;
  /** Must be called when `stream` is not. */
  close(): Promise<void>;
}

/** Bytes under their own SHA-256. Nothing that a client names ever becomes part of a path. */
export interface ArtifactStore {
  /** Creates what it needs and removes the leftovers of interrupted uploads. */
  open(): Promise<void>;
  /** Stores a stream. When the promise resolves the bytes are on the disk under their digest. */
  receive(source: Readable, options: ReceiveOptions): Promise<StoredContent>;
  /** Undefined when there is no such content. Throws ArtifactCorrupt when the bytes are not what their name says. */
  read(sha256: string): Promise<CheckedContent | undefined>;
}

/** The content was larger than allowed. */
export class ArtifactTooLarge extends Error {
  constructor(readonly limitBytes: number) {
    super(`larger than ${limitBytes} bytes`);
  }
}

/** The content is not what its sender announced. */
export class DigestMismatch extends Error {
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`expected SHA-256 ${expected}, received ${actual}`);
  }
}

/** The upload ended early. */
export class UploadInterrupted extends Error {}

/** The bytes on the disk are not those that were stored. They are never served. */
export class ArtifactCorrupt extends Error {
  constructor(
    readonly sha256: string,
    readonly actual: string,
  ) {
    super(`content ${sha256} now has the digest ${actual}`);
  }
}

const DIGEST = /^[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}
