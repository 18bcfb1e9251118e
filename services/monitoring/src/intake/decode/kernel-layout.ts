/*
 * What the kernel and the code around it must both know: where things stand in the kernel's memory, and numbers that stand
 * for words. Compiled by TypeScript and by AssemblyScript, so it holds plain constants only.
 */

/** What a hole holds. */
export const NUMBER = 0;
export const NULL = 1;
export const TRUE = 2;
export const FALSE = 3;
export const TEXT = 4;

/** What is to be read behind the bytes of a piece; how long a text may be belongs to it. */
export const READ_END = 0;
export const READ_SCALAR = 1;
export const READ_NUMBER = 2;
export const READ_POSITIVE = 3;
export const READ_COUNT = 4;
export const READ_SHORT_TEXT = 5;
export const READ_NAME = 6;
export const READ_ROUTE = 7;
export const READ_STATUS = 8;
export const READ_TIME = 9;

/** Bytes of a text that names something. */
export const MOST_NAME_BYTES = 200;

/** Bytes that are compared at once, and of a piece's head: length of the bytes, mask of the last ones, what to read, four times the hole. */
export const BLOCK = 16;

export const MOST_HOLES = 2112;

/** Below it stand the kernel's own constants. Values by hole: each array has as many elements as there may be holes. */
export const KINDS = 8192;
export const NUMBERS = 10304;
export const STARTS = 27200;
export const ENDS = 35648;
export const HASHES = 44096;

/** Of the last match: milliseconds since 1970, and the hash of everything that routes. */
export const TIME = 52544;
export const ROUTE_HASH = 52552;

/** Of the rows that are counted: their places within a column, the cells that each counts in, and the moments of a column. */
export const MOST_ROWS = 64;
export const ROWS = 52560;
export const CELLS = 52624;
export const MOMENTS = 53136;

/** What a column is counted by: the head of its tables, of which the offsets of the others are from here. */
export const COLUMN_EDGES = 0;
export const COLUMN_CELLS = 4;
export const COLUMN_BINS_AT = 8;
export const COLUMN_MISSING_AT = 12;
export const COLUMN_FIRST = 16;
export const COLUMN_PER_CELL = 24;
export const COLUMN_LEAST = 32;
export const COLUMN_MOST = 40;
export const COLUMN_MEAN = 48;
export const COLUMN_BYTES = 56;

/** The bytes that are matched. A record may be as long as this. */
export const SLAB = 65536;
export const SLAB_BYTES = 262144;
/** Bytes behind the slab that may be read, and mean nothing. */
export const REACH = 64;

/** A single row that is counted at once, rows that wait, tables of columns and lists of holes; see column-memory.ts. */
export const ALONE = 327744;
export const WAITING = 344640;
export const WAITING_BYTES = 8388608;
export const TABLES = 8733248;
export const TABLES_BYTES = 8388608;
export const LISTS = 17121856;
export const LISTS_BYTES = 1048576;

/** Programs; never written over. From here to the end of the memory, which never grows: views of it stay valid. */
export const ARENA = 18170432;
export const MEMORY_PAGES = 512;
export const PAGE_BYTES = 65536;
