import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names say what they hold: a day, a month, a year, or all before 2000. Nothing else is ever made or dropped. */
const bounds = `
CREATE FUNCTION monitoring.partition_bounds(name text, OUT from_at timestamptz, OUT to_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $body$
BEGIN
  IF name ~ '^d\\d{8}$' THEN
    from_at := make_timestamptz(substr(name, 2, 4)::int, substr(name, 6, 2)::int, substr(name, 8, 2)::int, 0, 0, 0);
    to_at := from_at + interval '1 day';
  ELSIF name ~ '^m\\d{6}$' THEN
    from_at := make_timestamptz(substr(name, 2, 4)::int, substr(name, 6, 2)::int, 1, 0, 0, 0);
    to_at := from_at + interval '1 month';
  ELSIF name ~ '^y\\d{4}$' THEN
    from_at := make_timestamptz(substr(name, 2, 4)::int, 1, 1, 0, 0, 0);
    to_at := from_at + interval '1 year';
  ELSIF name = 'old' THEN
    from_at := '0100-01-01 00:00:00+00 BC';
    to_at := '2000-01-01 00:00:00+00';
  ELSE
    RAISE EXCEPTION 'no partition is called "%"', name USING ERRCODE = '22023';
  END IF;
END $body$`;

const list = `
CREATE FUNCTION monitoring.partitions(OUT name text, OUT from_at timestamptz, OUT to_at timestamptz, OUT bytes bigint)
RETURNS SETOF record LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
  SELECT found.name, bounds.from_at, bounds.to_at, found.bytes
  FROM (SELECT substr(c.relname, 13) AS name, pg_relation_size(c.oid) AS bytes FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'monitoring.predictions'::regclass) AS found,
    monitoring.partition_bounds(found.name) AS bounds
  ORDER BY bounds.from_at DESC
$body$`;

/**
 * The role of the service may create nothing, so this makes what it needs, and only that. A day of its own for what is young;
 * a month when all of it is old, a year when all of it is older, so that a replay makes few. Attaching holds up no reader and no writer.
 */
const cover = `
CREATE FUNCTION monitoring.cover_windows(starts timestamptz[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, monitoring, pg_temp SET timezone = 'UTC' AS $body$
DECLARE
  day timestamptz;
  wanted text;
  span record;
  parent text;
  made boolean := false;
BEGIN
  FOR day IN SELECT DISTINCT date_trunc('day', start) FROM unnest(starts) AS start WHERE isfinite(start) ORDER BY 1 LOOP
    IF EXISTS (SELECT FROM monitoring.partitions() p WHERE p.from_at <= day AND p.to_at > day) THEN CONTINUE; END IF;
    IF NOT made THEN
      LOCK TABLE monitoring.predictions, monitoring.labels IN SHARE UPDATE EXCLUSIVE MODE;
      made := true;
      IF EXISTS (SELECT FROM monitoring.partitions() p WHERE p.from_at <= day AND p.to_at > day) THEN CONTINUE; END IF;
    END IF;
    IF day < '2000-01-01 00:00:00+00' THEN
      wanted := 'old';
    ELSIF date_trunc('year', day) + interval '1 year' < now() - interval '3 years' THEN
      wanted := to_char(day, '"y"YYYY');
    ELSIF date_trunc('month', day) + interval '1 month' < now() - interval '14 days' THEN
      wanted := to_char(day, '"m"YYYYMM');
    ELSE
      wanted := to_char(day, '"d"YYYYMMDD');
    END IF;
    -- Smaller ones from the time when it was young leave no room for a large one.
    span := monitoring.partition_bounds(wanted);
    IF wanted LIKE 'y%' AND EXISTS (SELECT FROM monitoring.partitions() p WHERE p.from_at < span.to_at AND p.to_at > span.from_at) THEN
      wanted := to_char(day, '"m"YYYYMM');
      span := monitoring.partition_bounds(wanted);
    END IF;
    IF wanted LIKE 'm%' AND EXISTS (SELECT FROM monitoring.partitions() p WHERE p.from_at < span.to_at AND p.to_at > span.from_at) THEN
      wanted := to_char(day, '"d"YYYYMMDD');
      span := monitoring.partition_bounds(wanted);
    END IF;
    FOREACH parent IN ARRAY ARRAY['predictions', 'labels'] LOOP
      EXECUTE format('CREATE TABLE monitoring.%I (LIKE monitoring.%I INCLUDING DEFAULTS)', parent || '_' || wanted, parent);
      EXECUTE format('ALTER TABLE monitoring.%I ATTACH PARTITION monitoring.%I FOR VALUES FROM (%L) TO (%L)',
        parent, parent || '_' || wanted, span.from_at, span.to_at);
    END LOOP;
  END LOOP;
END $body$`;

/** Drops one partition of predictions with its labels, unless a window that is kept lies in it. False when nothing was dropped. */
const drop = `
CREATE FUNCTION monitoring.drop_partition(name text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, monitoring, pg_temp SET timezone = 'UTC' SET lock_timeout = '300ms' AS $body$
DECLARE
  span record := monitoring.partition_bounds(name);
BEGIN
  -- Whoever wrote to it has ended when these are held; whoever is about to write finds no partition and tries again.
  LOCK TABLE monitoring.predictions, monitoring.labels IN ACCESS EXCLUSIVE MODE;
  IF NOT EXISTS (SELECT FROM monitoring.partitions() p WHERE p.name = drop_partition.name) THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM monitoring.windows w WHERE w.start_at >= span.from_at AND w.start_at < span.to_at AND w.rows_state = 'kept') THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE monitoring.%I, monitoring.%I', 'predictions_' || name, 'labels_' || name);
  DELETE FROM monitoring.astray_partitions a WHERE a.name = drop_partition.name;
  RETURN true;
END $body$`;

const tables = [
  // A window lies in one partition. An id that comes again with another time is kept in each of its windows, as it is counted in each.
  `CREATE TABLE predictions (
     project text NOT NULL,
     prediction_id text NOT NULL,
     monitor_id uuid NOT NULL,
     start_at timestamptz NOT NULL,
     event_at timestamptz NOT NULL,
     score float8,
     class text,
     failed boolean NOT NULL,
     latency_ms float8,
     trace_id text,
     features text,
     PRIMARY KEY (prediction_id, project, start_at)
   ) PARTITION BY RANGE (start_at)`,
  `CREATE INDEX predictions_window ON predictions (monitor_id, start_at)`,
  // What came, until it is joined: written by COPY, read as a whole.
  `CREATE TABLE label_arrivals (
     seq bigint GENERATED ALWAYS AS IDENTITY,
     made_at timestamptz,
     observed_at timestamptz NOT NULL,
     number float8,
     weight float8,
     revision int NOT NULL,
     topic_partition int NOT NULL,
     retracted boolean NOT NULL,
     project text NOT NULL,
     prediction_id text NOT NULL,
     value text NOT NULL,
     source text
   )`,
  // Every revision of every label, beside what it is compared with; the window's own, so they leave together.
  `CREATE TABLE labels (
     start_at timestamptz NOT NULL,
     monitor_id uuid,
     seq bigint NOT NULL,
     made_at timestamptz,
     observed_at timestamptz NOT NULL,
     stored_at timestamptz NOT NULL DEFAULT now(),
     number float8,
     weight float8,
     score float8,
     revision int NOT NULL,
     topic_partition int NOT NULL,
     retracted boolean NOT NULL,
     failed boolean NOT NULL,
     project text NOT NULL,
     prediction_id text NOT NULL,
     value text NOT NULL,
     class text,
     source text
   ) PARTITION BY RANGE (start_at)`,
  `CREATE INDEX labels_window ON labels (monitor_id, start_at)`,
  // Labels whose prediction is not there (yet) belong to no time.
  `CREATE TABLE labels_unjoined PARTITION OF labels FOR VALUES FROM (MINVALUE) TO ('0100-01-01 00:00:00+00 BC')`,
  `CREATE INDEX labels_unjoined_id ON labels_unjoined (prediction_id)`,
  `CREATE INDEX labels_unjoined_stored ON labels_unjoined (stored_at)`,
  // Partitions with predictions whose id does not say when they were made: labels look there as well.
  `CREATE TABLE astray_partitions (name text PRIMARY KEY)`,
  `CREATE INDEX windows_start ON windows (start_at) WHERE rows_state <> 'gone'`,
];

/** Predictions and labels lie in partitions by the start of their window, which are dropped whole. Rows of before are moved. */
export class Partitions1795392000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['predictions', 'labels']) {
      await runner.query(`ALTER TABLE ${table} RENAME TO ${table}_before`);
      await runner.query(`ALTER INDEX ${table}_pkey RENAME TO ${table}_before_pkey`);
    }
    await runner.query('DROP INDEX predictions_window');
    for (const statement of [...tables, bounds, list, cover, drop]) await runner.query(statement);
    await runner.query(`SELECT cover_windows(ARRAY (SELECT DISTINCT date_trunc('day', start_at, 'UTC') FROM predictions_before))`);
    await runner.query(`INSERT INTO predictions (project, prediction_id, monitor_id, start_at, event_at, score, class, failed, latency_ms, trace_id, features)
      SELECT project, prediction_id, monitor_id, start_at, event_at, score, class, failed, latency_ms, trace_id, features FROM predictions_before`);
    await runner.query(`INSERT INTO labels (start_at, monitor_id, seq, observed_at, stored_at, number, weight, score, revision, topic_partition,
        retracted, failed, project, prediction_id, value, class, source)
      SELECT coalesce(p.start_at, '-infinity'), p.monitor_id, 0, l.observed_at, l.stored_at, l.number, l.weight, p.score, l.revision, 0,
        l.retracted, coalesce(p.failed, false), l.project, l.prediction_id, l.value, p.class, l.source
      FROM labels_before l LEFT JOIN predictions_before p ON p.prediction_id = l.prediction_id AND p.project = l.project`);
    await runner.query('INSERT INTO astray_partitions SELECT name FROM partitions()');
    await runner.query('DROP TABLE predictions_before, labels_before');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION drop_partition, cover_windows, partitions, partition_bounds');
    for (const table of ['predictions', 'labels']) await runner.query(`ALTER TABLE ${table} RENAME TO ${table}_after`);
    await runner.query('DROP INDEX predictions_window, labels_window, windows_start');
    await runner.query(`CREATE TABLE predictions (
      project text NOT NULL, prediction_id text NOT NULL, monitor_id uuid NOT NULL, start_at timestamptz NOT NULL,
      event_at timestamptz NOT NULL, score float8, class text, failed boolean NOT NULL, latency_ms float8, trace_id text, features text,
      CONSTRAINT predictions_before_pkey PRIMARY KEY (prediction_id, project))`);
    await runner.query('CREATE INDEX predictions_window ON predictions (monitor_id, start_at)');
    await runner.query(`CREATE TABLE labels (
      project text NOT NULL, prediction_id text NOT NULL, value text NOT NULL, number float8, observed_at timestamptz NOT NULL,
      revision int NOT NULL, weight float8, source text, retracted boolean NOT NULL, stored_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT labels_before_pkey PRIMARY KEY (prediction_id, project))`);
    await runner.query('CREATE INDEX labels_stored ON labels (stored_at)');
    await runner.query(`INSERT INTO predictions SELECT DISTINCT ON (prediction_id, project) project, prediction_id, monitor_id, start_at,
      event_at, score, class, failed, latency_ms, trace_id, features FROM predictions_after ORDER BY prediction_id, project, start_at`);
    await runner.query(`INSERT INTO labels SELECT DISTINCT ON (prediction_id, project) project, prediction_id, value, number, observed_at,
        revision, weight, source, retracted, stored_at
      FROM (SELECT project, prediction_id, value, number, observed_at, revision, weight, source, retracted, stored_at, seq FROM labels_after
            UNION ALL SELECT project, prediction_id, value, number, observed_at, revision, weight, source, retracted, now(), seq FROM label_arrivals) l
      ORDER BY prediction_id, project, revision DESC, seq`);
    await runner.query('DROP TABLE predictions_after, labels_after, label_arrivals, astray_partitions');
    for (const table of ['predictions', 'labels']) await runner.query(`ALTER INDEX ${table}_before_pkey RENAME TO ${table}_pkey`);
  }
}
