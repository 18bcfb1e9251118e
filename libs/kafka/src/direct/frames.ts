/** More than any answer this client asks for: one fetch is bounded by its `maxBytes` and one record batch. */
const mostFrameBytes = 256 * 1024 * 1024;

/**
 * Cuts a stream of bytes into the protocol's frames, each preceded by its length. A frame is copied once, into memory
 * that `allocate` gave for it.
 */
export class Frames {
  private readonly size = Buffer.alloc(4);
  private sizeBytes = 0;
  private frame: Buffer | undefined;
  private filled = 0;

  /** `allocate` makes memory for a frame. */
  constructor(
    private readonly complete: (frame: Buffer) => void,
    private readonly allocate: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafeSlow(bytes),
  ) {}

  /** Throws a RangeError when the length of a frame cannot be right. */
  take(chunk: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      if (this.frame === undefined) {
        const part = Math.min(4 - this.sizeBytes, length - at);
        chunk.copy(this.size, this.sizeBytes, at, at + part);
        this.sizeBytes += part;
        at += part;
        if (this.sizeBytes < 4) return;
        const bytes = this.size.readInt32BE(0);
        if (bytes < 4 || bytes > mostFrameBytes) throw new RangeError(`a frame of ${bytes} bytes`);
        this.frame = this.allocate(bytes);
        this.filled = 0;
      }
      const { frame } = this;
      const part = Math.min(frame.length - this.filled, length - at);
      chunk.copy(frame, this.filled, at, at + part);
      this.filled += part;
      at += part;
      if (this.filled < frame.length) return;
      this.frame = undefined;
      this.sizeBytes = 0;
      this.complete(frame);
    }
  }
}
