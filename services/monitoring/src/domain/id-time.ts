const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;

/** When an id was made, if it says so: a UUID of version 7 begins with the milliseconds since 1970. */
export function idTimeMs(id: string): number | undefined {
  return VERSION_7.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}
