import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from 'vitest';
import { openForReading, openForWriting } from '../../src/store/database.ts';
import { migrate, migrations, schemaVersion } from '../../src/store/core/migrations.ts';
import { errorOf, temporaryFolder } from './fixtures.ts';

const emptyDatabase = (): string => join(temporaryFolder(), 'metrics.db');
const tables = (database: { prepare(sql: string): { all(): unknown[] } }): string[] =>
  (
    database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as { name: string }[]
  ).map(({ name }) => name);

describe('migrations', () => {
  it('make a fresh database and count the steps', () => {
    const database = openForWriting(emptyDatabase());
    expect(schemaVersion(database)).toBe(migrations.length);
    expect(tables(database)).toEqual(['block', 'clock', 'record', 'rewind', 'series']);
    database.close();
  });

  it('do nothing the second time', () => {
    const path = emptyDatabase();
    const first = openForWriting(path);
    first.exec("INSERT INTO series (name) VALUES ('kept')");
    migrate(first, path);
    first.close();
    const second = openForWriting(path);
    expect(second.prepare('SELECT name FROM series').all()).toEqual([{ name: 'kept' }]);
    second.close();
  });

  it('upgrade an older schema and keep its content', () => {
    const path = emptyDatabase();
    const database = openForWriting(path);
    database.exec("INSERT INTO series (name) VALUES ('kept')");
    const steps = [...migrations, "ALTER TABLE series ADD COLUMN unit TEXT DEFAULT 'nat'"];
    migrate(database, path, steps);
    expect(schemaVersion(database)).toBe(steps.length);
    expect(database.prepare('SELECT name, unit FROM series').all()).toEqual([{ name: 'kept', unit: 'nat' }]);
    database.close();
  });

  it('make all steps or none', () => {
    const path = emptyDatabase();
    const database = openForWriting(path);
    expect(() => migrate(database, path, [...migrations, 'CREATE TABLE extra (x) STRICT'])).toThrow();
    expect(() => migrate(database, path, [...migrations, 'CREATE TABLE extra (x ANY) STRICT', 'nonsense'])).toThrow();
    expect(schemaVersion(database)).toBe(migrations.length);
    expect(tables(database)).not.toContain('extra');
    database.close();
  });

  it('refuse a newer schema, to write and to read', () => {
    const path = emptyDatabase();
    const database = openForWriting(path);
    database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    for (const open of [openForWriting, openForReading]) {
      const error = errorOf(() => open(path));
      expect(error.code).toBe('RUN_INVALID');
      expect(error.message).toBe(
        `${path}: expected schema version ${migrations.length} or older, got ${migrations.length + 1} of a newer Thalweg`,
      );
    }
  });

  it('are made up for by a reader that finds an older schema', () => {
    const path = emptyDatabase();
    const empty = new DatabaseSync(path);
    empty.exec('CREATE TABLE unrelated (x)');
    empty.close();
    const database = openForReading(path);
    expect(database.prepare('SELECT count(*) AS n FROM record').get()).toEqual({ n: 0 });
    expect(() => database.exec("INSERT INTO series (name) VALUES ('x')")).toThrow('readonly');
    database.close();
  });
});
