/** The tables that every service with a schema has. */
export const migrationHelpers = {
  outboxTables(_schema: string): string[] {
    return [];
  },
};
