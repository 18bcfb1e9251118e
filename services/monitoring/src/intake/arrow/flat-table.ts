/**
 * A table of a FlatBuffers message, as far as walking it takes. Reads nothing outside its view, whatever the offsets
 * say: that is a RangeError.
 */
export class Table {
  private constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  static root(view: DataView): Table {
    return new Table(view, view.getUint32(0, true));
  }

  uint8(slot: number): number {
    const at = this.place(slot);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  int16(slot: number): number {
    const at = this.place(slot);
    return at === 0 ? 0 : this.view.getInt16(at, true);
  }

  int64(slot: number): bigint {
    const at = this.place(slot);
    return at === 0 ? 0n : this.view.getBigInt64(at, true);
  }

  table(slot: number): Table | undefined {
    const at = this.place(slot);
    return at === 0 ? undefined : new Table(this.view, this.target(at));
  }

  textBytes(slot: number): number {
    const at = this.place(slot);
    return at === 0 ? 0 : this.view.getUint32(this.target(at), true);
  }

  *tables(slot: number): Generator<Table> {
    const at = this.place(slot);
    if (at === 0) return;
    const vector = this.target(at);
    const count = this.view.getUint32(vector, true);
    for (let i = 0; i < count; i += 1) yield new Table(this.view, this.target(vector + 4 + 4 * i));
  }

  vectorLength(slot: number): number {
    const at = this.place(slot);
    return at === 0 ? 0 : this.view.getUint32(this.target(at), true);
  }

  /** Throws when a vector says that it is longer than what it stands in. */
  checkVector(slot: number, elementBytes: number): void {
    const at = this.place(slot);
    if (at !== 0 && this.target(at) + 4 + this.vectorLength(slot) * elementBytes > this.view.byteLength) throw new RangeError('too long');
  }

  /** Of a vector whose elements stand in it, in steps of eight bytes. */
  int64At(slot: number, index: number): bigint {
    return this.view.getBigInt64(this.target(this.place(slot)) + 4 + 8 * index, true);
  }

  private target(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  /** Where a field stands, 0 when it is absent. */
  private place(slot: number): number {
    const { view, at } = this;
    const fields = at - view.getInt32(at, true);
    const entry = 4 + 2 * slot;
    if (entry >= view.getUint16(fields, true)) return 0;
    const offset = view.getUint16(fields + entry, true);
    return offset === 0 ? 0 : at + offset;
  }
}
