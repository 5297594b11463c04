import { LineCounter, parseDocument, stringify } from 'yaml';
import { specificationProblems, specificationSchema, valueAt } from '../../../../src/contract/index.ts';
import type { Problem, Specification } from '../../../../src/contract/index.ts';
import { isMapping, withoutDefaults } from './schema.ts';
import type { Mapping, SchemaNode } from './schema.ts';
import { replaced } from './values.ts';
import type { FieldPath } from './values.ts';

/** A specification that is being written: as a form, and as text. */
export class Draft {
  readonly schema: SchemaNode;
  /** What is written, without defaults. */
  input = $state.raw<Mapping>({});
  /** Why the text is no YAML; the form then stays as it was. */
  textProblem = $state<string | null>(null);
  /** The text while somebody writes it. */
  #typed = $state<string | null>(null);

  readonly problems: readonly Problem[] = $derived(specificationProblems(this.input));
  /** With every default; null where something is wrong. */
  readonly specification: Specification | null = $derived(
    this.problems.length === 0 ? specificationSchema.parse(this.input) : null,
  );
  /** YAML of the specification with every default, or of what is written where something is wrong. */
  readonly text: string = $derived(this.#typed ?? stringify(this.specification ?? this.input));

  constructor(schema: SchemaNode, input: Mapping) {
    this.schema = schema;
    this.input = input;
  }

  valueAt(path: FieldPath): unknown {
    return valueAt(this.input, path);
  }

  /** Undefined takes the value away: its default holds. */
  set(path: FieldPath, value: unknown): void {
    this.#typed = null;
    this.textProblem = null;
    this.input = replaced(this.input, path, value) as Mapping;
  }

  /** Takes what was written as text; what the defaults say anyway does not count as written. */
  write(text: string): void {
    this.#typed = text;
    const lines = new LineCounter();
    const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
    const [error] = document.errors;
    try {
      if (error) throw new Error(`line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
      const data: unknown = document.toJS();
      if (!isMapping(data)) throw new Error('expected a mapping of keys to values');
      this.input = withoutDefaults(this.schema, data) as Mapping;
      this.textProblem = null;
    } catch (failure) {
      this.textProblem = (failure as Error).message;
    }
  }

  /** The text is left: it is written out again, unless it cannot be read. */
  settle(): void {
    if (this.textProblem === null) this.#typed = null;
  }

  /** The first problem at a path, or at something below it that has no field of its own. */
  problemAt(path: FieldPath): string | null {
    const here = this.problems.find(
      (problem) => problem.path.length === path.length && path.every((key, depth) => problem.path[depth] === key),
    );
    return here?.message ?? null;
  }
}
