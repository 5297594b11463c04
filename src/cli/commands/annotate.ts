import { ThalwegError } from '../../base/index.ts';
import { annotationChangeSchema, type AnnotationChange } from '../../contract/index.ts';
import { annotateRun, defaultRunsDirectory, resolveRunId } from '../../store/index.ts';
import type { Io } from '../io.ts';
import { given } from '../options.ts';
import { doEach } from '../selection.ts';

export interface AnnotateOptions {
  readonly runs?: string;
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
  readonly note?: string;
  /** False with `--no-archive`. */
  readonly archive?: boolean;
  readonly json?: boolean;
}

/** `thalweg annotate <run>…`. */
export async function annotate(names: readonly string[], options: AnnotateOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const change = changeOf(options);
  const ids = [...new Set(names.map((name) => resolveRunId(runsDirectory, name)))];
  return doEach(ids, options, io, (id) => {
    const { tags, note, archived } = annotateRun(runsDirectory, id, change);
    const said = [archived ? 'archived' : '', tags.length > 0 ? `tags ${tags.join(', ')}` : '', note && 'note'];
    return { name: id, text: `${id}: ${said.filter(Boolean).join('; ') || 'nothing said'}` };
  });
}

function changeOf({ tag, untag, note, archive }: AnnotateOptions): AnnotationChange {
  const change = given({ addTags: tag, removeTags: untag, note, archived: archive });
  if (Object.keys(change).length === 0)
    throw new ThalwegError('USAGE', 'annotate: expected --tag, --untag, --note, --archive or --no-archive, got none');
  const result = annotationChangeSchema.safeParse(change);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const option = { addTags: '--tag', removeTags: '--untag', note: '--note' }[String(path[0])] ?? 'annotate';
  throw new ThalwegError('USAGE', `${option}: ${message}`);
}
