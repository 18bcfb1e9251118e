import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events are found by the words in their data. An index over an expression: the table is not rewritten, and a release before
 * this one does not notice it.
 */
export class Console0005 implements MigrationInterface {
  name = 'Console0005';

  async up(runner: QueryRunner): Promise<void> {
    // Every run of characters that are neither ASCII punctuation nor space, in small letters. A word has no upper bound in JSON,
    // but one in a tsvector: its beginning is enough.
    await runner.query(`
      create function console.event_words(data jsonb) returns tsvector language sql immutable strict parallel safe cost 1000 as $$
        select array_to_tsvector(coalesce(array_agg(distinct left(word, 60)), '{}'::text[]))
        from unnest(string_to_array(
          translate(lower(replace(data::text, '\\n', ' ')), E'\\t\\r\\n!"#$%&''()*+,-./:;<=>?@[\\\\]^_\`{|}~', repeat(' ', 35)), ' ')) as word
        where word <> ''
      $$`);
    await runner.query('create index events_words on console.events using gin (console.event_words(data))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index console.events_words');
    await runner.query('drop function console.event_words(jsonb)');
  }
}
