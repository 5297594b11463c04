import { ThalwegError } from '../base/index.ts';

/** A value, or lists and records of such, to any depth: how parameters and arguments are grouped. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** The same tree with every leaf replaced. */
export type Mapped<Structure, Leaf, To> = Structure extends Leaf
  ? To
  : Structure extends readonly unknown[]
    ? { readonly [Index in keyof Structure]: Mapped<Structure[Index], Leaf, To> }
    : Structure extends object
      ? { readonly [Key in keyof Structure]: Mapped<Structure[Key], Leaf, To> }
      : never;

export type IsLeaf<T> = (value: unknown) => value is T;

/** Applies `change` to every leaf; `path` is `''` for a bare leaf, else keys joined by dots. */
export function mapLeaves<T, U>(
  tree: Tree<T>,
  isLeaf: IsLeaf<T>,
  change: (leaf: T, path: string) => U,
  path = '',
): Tree<U> {
  const below = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  const visit = (value: unknown, key: string | number): Tree<U> =>
    mapLeaves(value as Tree<T>, isLeaf, change, below(key));
  if (isLeaf(tree)) return change(tree, path);
  if (Array.isArray(tree)) return tree.map(visit);
  if (typeof tree === 'object' && tree !== null)
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, visit(value, key)]));
  throw new ThalwegError('USAGE', `tree: expected tensors, lists or records at "${path}", got ${typeof tree}`);
}

/** {@link mapLeaves}, keeping track of the structure in the type. */
export const mapTree = <T, S extends Tree<T>, U>(
  tree: S,
  isLeaf: IsLeaf<T>,
  change: (leaf: T, path: string) => U,
): Mapped<S, T, U> => mapLeaves(tree, isLeaf, change) as Mapped<S, T, U>;

/** The leaves with their paths, in the order of keys. */
export function flattenTree<T>(tree: Tree<T>, isLeaf: IsLeaf<T>): [path: string, leaf: T][] {
  const leaves: [string, T][] = [];
  mapLeaves(tree, isLeaf, (leaf, at) => void leaves.push([at, leaf]));
  return leaves;
}
