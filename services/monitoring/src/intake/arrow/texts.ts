/** Texts of a column by their places, decoded when they are asked for. */
export interface Texts {
  readonly count: number;
  get(place: number): string;
  /** Before it is decoded. Offsets may overlap, so that all together are more than the message. */
  bytes(place: number): number;
}

/** Side by side, between offsets. */
export class PlainTexts implements Texts {
  private readonly all: Buffer;

  constructor(
    bytes: Uint8Array,
    private readonly offsets: ArrayLike<number | bigint>,
    readonly count: number,
  ) {
    if (count > 0 && offsets.length <= count) throw new RangeError('offsets are missing');
    this.all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get(place: number): string {
    return this.all.toString('utf8', Number(this.offsets[place]), Number(this.offsets[place + 1]));
  }

  bytes(place: number): number {
    return Math.max(0, Number(this.offsets[place + 1]) - Number(this.offsets[place]));
  }
}

/** Sixteen bytes each, of which the first four are the length; what they refer to is the library's to find. */
export class ViewedTexts implements Texts {
  private readonly view: DataView;

  constructor(
    views: Uint8Array,
    private readonly vector: { get(index: number): unknown },
    readonly count: number,
  ) {
    if (views.byteLength < 16 * count) throw new RangeError('values are missing');
    this.view = new DataView(views.buffer, views.byteOffset, views.byteLength);
  }

  get(place: number): string {
    return (this.vector.get(place) as string | null) ?? '';
  }

  bytes(place: number): number {
    return Math.max(0, this.view.getInt32(16 * place, true));
  }
}

/** For a dictionary, whose texts are asked for again and again. */
export class RememberedTexts implements Texts {
  private readonly known: (string | undefined)[] = [];

  constructor(private readonly texts: Texts) {}

  get count(): number {
    return this.texts.count;
  }

  get(place: number): string {
    return (this.known[place] ??= this.texts.get(place));
  }

  bytes(place: number): number {
    return this.texts.bytes(place);
  }
}
