/** A short word about what happened, with a way back where there is one. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
  readonly undo: (() => void) | null;
}

const lifetime = 10_000;

/** What is told at the foot of the page. An error stays until it is dismissed. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  tell(text: string, undo: (() => void) | null = null): void {
    const id = this.#add({ text, isError: false, undo });
    setTimeout(() => this.dismiss(id), lifetime);
  }

  fail(error: unknown): void {
    this.#add({ text: error instanceof Error ? error.message : String(error), isError: true, undo: null });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.list = [...this.list, { ...toast, id }];
    return id;
  }
}

export const toasts = new Toasts();
